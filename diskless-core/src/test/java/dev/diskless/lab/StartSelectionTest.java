package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.Clusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartSelectionTest {

  private static Node node(BootMethod method) {
    return Clusters.withBoot(Clusters.howto(), method).nodes().get(0);
  }

  @Test
  void theBootMethodTellsWhatIsUsual() {
    assertThat(StartSelection.USUAL.of(node(BootMethod.PXELINUX))).isEqualTo(Start.BIOS);
    assertThat(StartSelection.USUAL.of(node(BootMethod.IPXE))).isEqualTo(Start.BIOS);
    assertThat(StartSelection.USUAL.of(node(BootMethod.GRUB))).isEqualTo(Start.UEFI);
  }

  @Test
  void aNodesOwnGoesBeforeThatOfAll() {
    StartSelection starts = StartSelection.parse(List.of(" uefi", "n1 = secure-boot "));
    Cluster cluster = Clusters.twoNetworks();

    assertThat(starts.of(cluster.node("n1").orElseThrow())).isEqualTo(Start.SECURE_BOOT);
    assertThat(starts.of(cluster.node("n2").orElseThrow())).isEqualTo(Start.UEFI);
  }

  @ParameterizedTest
  @ValueSource(strings = {"efi", "firstslave=", "firstslave=UEFI", "=", "a=b=uefi"})
  void anyOtherWordIsRefused(String word) {
    assertThatThrownBy(() -> StartSelection.parse(List.of(word)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("\"" + word + "\" is not a valid way to start a node")
        .hasMessageContaining(
            "a WAY is one of bios, uefi, secure-boot, bios-usb, uefi-usb, secure-boot-usb,"
                + " bios-cd, uefi-cd, secure-boot-cd");
  }

  @Test
  void sayingTwoThingsOfTheSameNodesIsRefused() {
    assertThatThrownBy(() -> StartSelection.parse(List.of("bios", "uefi")))
        .hasMessageContaining("\"uefi\" is given twice");
    assertThatThrownBy(() -> StartSelection.parse(List.of("n1=bios", "n1=uefi")))
        .hasMessageContaining("\"n1=uefi\" is given twice");
  }

  @Test
  void aNodeMayStartInAnotherWayAfterItsReboot() {
    List<Node> nodes = Clusters.twoNetworks().nodes();
    LabOptions options =
        new LabOptions(
            RebootSelection.parse(List.of("n1=uefi-usb", "n2")),
            StageLimits.DEFAULT,
            1024,
            StartSelection.parse(List.of("bios")),
            Optional.empty(),
            LabOptions.MOST_AT_ONCE);

    assertThat(options.startsOf(nodes.get(0)))
        .containsExactly(Start.BIOS, new Start(Firmware.UEFI, StartDevice.USB));
    assertThat(options.startsOf(nodes.get(1))).containsExactly(Start.BIOS, Start.BIOS);
    assertThat(options.startsOf(nodes.get(2))).containsExactly(Start.BIOS);
    assertThat(options.needMedium(nodes)).isTrue();
    assertThat(options.needMedium(nodes.subList(1, 3))).isFalse();
  }

  @Test
  void anUnknownNodeOrWayToRebootIsRefused() {
    assertThat(RebootSelection.parse(List.of("nobody")).check(Clusters.howto()))
        .extracting(Problem::message)
        .containsExactly("node nobody does not exist");
    assertThatThrownBy(() -> RebootSelection.parse(List.of("n1=tape")))
        .hasMessageContaining("\"n1=tape\" is not a valid way to start a node");
    assertThat(RebootSelection.parse(List.of("true")).all()).isTrue();
    assertThat(RebootSelection.parse(List.of("false"))).isEqualTo(RebootSelection.NONE);
  }

  @Test
  void whatCannotBeIsToldAtOnce() {
    Cluster grub = Clusters.withBoot(Clusters.howto(), BootMethod.GRUB);
    StartSelection starts = StartSelection.parse(List.of("bios", "nobody=uefi"));

    assertThat(starts.check(grub, grub.nodes().subList(0, 1)))
        .extracting(Problem::message)
        .containsExactly(
            "node nobody does not exist",
            "node firstslave cannot start with a BIOS, because boot: grub has no loader for it");
  }

  @Test
  void noFirmwareStartsAnUnsignedIpxeUnderSecureBoot() {
    assertThat(Start.SECURE_BOOT.refusal(node(BootMethod.IPXE))).isPresent();
    assertThat(Start.SECURE_BOOT.refusal(node(BootMethod.PXELINUX))).isEmpty();
    assertThat(Start.UEFI.refusal(node(BootMethod.IPXE))).isEmpty();
  }

  @Test
  void wantOfUefiFirmwareNamesThePackage(@TempDir Path folder) throws IOException {
    Ovmf ovmf = new Ovmf(folder);
    assertThat(ovmf.missing(List.of(Firmware.BIOS))).isEmpty();
    assertThat(ovmf.missing(List.of(Firmware.BIOS, Firmware.UEFI)))
        .hasValueSatisfying(p -> assertThat(p.toString()).contains("apt-get install ovmf"));

    Files.createFile(folder.resolve("OVMF_CODE_4M.fd"));
    Files.createFile(folder.resolve("OVMF_VARS_4M.fd"));
    assertThat(ovmf.missing(List.of(Firmware.UEFI))).isEmpty();
    assertThat(ovmf.missing(List.of(Firmware.SECURE_BOOT))).isPresent();
  }
}
