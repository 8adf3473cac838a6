package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.boot.MediumFile.Place;
import dev.diskless.model.Cluster;
import dev.diskless.model.DhcpServer;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on a medium. Every loader is a file with its own path in it. */
class MediumTest {

  private static final String[] ALL = {
    "usr/lib/ISOLINUX/isolinux.bin",
    "usr/lib/ISOLINUX/isohdpfx.bin",
    "usr/lib/syslinux/modules/bios/ldlinux.c32",
    "usr/lib/ipxe/ipxe.lkrn",
    "usr/lib/ipxe/ipxe.efi",
    "usr/lib/shim/shimx64.efi.signed",
    "usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"
  };

  private final Cluster cluster = Clusters.lab();
  private final Problems problems = new Problems();

  @TempDir private Path machine;

  @Test
  void theNetworkMediumHoldsLoadersAndNothingOfARelease() throws IOException {
    Medium medium = Medium.network(cluster, loaders(ALL));

    assertThat(paths(medium, Place.DISC))
        .containsExactlyInAnyOrder(
            "EFI/BOOT/autoexec.ipxe",
            "EFI/BOOT/ipxe.efi",
            "grub/grub.cfg",
            "isolinux/ipxe.krn",
            "isolinux/isolinux.bin",
            "isolinux/isolinux.cfg",
            "isolinux/ldlinux.c32",
            "isolinux/network.ipx");
    assertThat(paths(medium, Place.ESP))
        .containsExactlyInAnyOrder(
            "EFI/BOOT/BOOTX64.EFI",
            "EFI/BOOT/autoexec.ipxe",
            "EFI/BOOT/grubx64.efi",
            "EFI/BOOT/ipxe.efi",
            "grub/grub.cfg");
    assertThat(text(medium, "EFI/BOOT/BOOTX64.EFI")).isEqualTo("usr/lib/shim/shimx64.efi.signed");
    assertThat(text(medium, "isolinux/network.ipx")).isEqualTo(golden("network.ipxe"));
    assertThat(text(medium, "isolinux/isolinux.cfg")).isEqualTo(golden("network-isolinux.cfg"));
    assertThat(text(medium, "grub/grub.cfg")).isEqualTo(golden("network-grub.cfg"));
    for (MediumFile file : medium.files()) {
      assertThat(text(medium, file.path())).doesNotContain("1.0", "192.168.45", "firstslave");
    }
  }

  @Test
  void besideAnotherDhcpServerTheMediumNamesTheMasterForGrubKnowsNoProxyDhcp() throws IOException {
    Cluster beside = Clusters.withDhcp(cluster, DhcpServer.DNSMASQ, true);

    assertThat(text(Medium.network(beside, loaders(ALL)), "grub/grub.cfg"))
        .contains(
            """
                if [ -n "$net_efinet0_dhcp_mac" ]; then
                  mac="$net_efinet0_dhcp_mac"
            """)
        .contains("    server=\"192.168.45.1\"\n    regexp ");
  }

  @Test
  void aMediumForNodesHasTheirKernelOnceAndTheSameArgumentsAsTheNetwork() throws IOException {
    Medium medium = Medium.kernels(cluster, cluster.nodes(), bootFiles(), loaders(ALL));

    assertThat(paths(medium, Place.DISC))
        .contains("kernel/1/vmlinuz", "kernel/1/initrd.img")
        .noneMatch(p -> p.startsWith("kernel/2"))
        .noneMatch(p -> p.contains("ipxe"));
    assertThat(text(medium, "kernel/1/vmlinuz")).isEqualTo("kernel of golden");
    assertThat(text(medium, "isolinux/isolinux.cfg")).isEqualTo(golden("kernels-isolinux.cfg"));
    assertThat(text(medium, "grub/grub.cfg")).isEqualTo(golden("kernels-grub.cfg"));
  }

  @Test
  void aMediumForOneNodeAsksNothing() throws IOException {
    Medium medium =
        Medium.kernels(cluster, cluster.nodes().subList(0, 1), bootFiles(), loaders(ALL));

    assertThat(text(medium, "isolinux/isolinux.cfg"))
        .contains("DEFAULT firstslave\nPROMPT 0\n")
        .contains("BOOTIF=01-68-00-10-37-09-83\n")
        .doesNotContain("second");
    assertThat(text(medium, "grub/grub.cfg")).contains("set timeout=0\n");
  }

  @Test
  void loadersComeFromAnImageThatHasAllThatBelongTogether() throws IOException {
    for (String path : ALL) {
      write(path, "machine: " + path);
    }
    FileTree image =
        tree(
            "usr/lib/shim/shimx64.efi.signed",
            "usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed",
            "usr/lib/ISOLINUX/isolinux.bin");

    Medium medium = Medium.network(cluster, MediumLoaders.find(List.of(image), machine, problems));

    assertThat(text(medium, "EFI/BOOT/grubx64.efi")).startsWith("usr/lib/grub");
    assertThat(text(medium, "isolinux/isolinux.bin")).startsWith("machine: ");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void whatIsNowhereIsToldByPackage() throws IOException {
    loaders("usr/lib/ipxe/ipxe.lkrn", "usr/lib/ISOLINUX/isolinux.bin");

    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "a boot medium needs isohdpfx.bin, ldlinux.c32, ipxe.efi, shimx64.efi,"
                + " grubx64.efi, but neither an image nor this machine has it; run `apt-get"
                + " install isolinux"
                + " syslinux-common ipxe shim-signed grub-efi-amd64-signed` as root");
  }

  private MediumLoaders loaders(String... paths) throws IOException {
    for (String path : paths) {
      write(path, path);
    }
    return MediumLoaders.find(List.of(), machine, problems);
  }

  private static Map<String, Content> bootFiles() {
    return Map.of(
        "1.0/golden/vmlinuz", new BytesContent("kernel of golden".getBytes(UTF_8)),
        "1.0/golden/initrd.img", new BytesContent("initrd".getBytes(UTF_8)));
  }

  private static FileTree tree(String... paths) {
    return FileTree.of(Stream.of(paths).map(p -> file(p, p)).toList());
  }

  private static Entry file(String path, String text) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(0644, Instant.EPOCH),
        new BytesContent(text.getBytes(UTF_8)),
        "test");
  }

  private void write(String path, String text) throws IOException {
    Path file = machine.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static List<String> paths(Medium medium, Place place) {
    return medium.files().stream()
        .filter(f -> f.places().contains(place))
        .map(MediumFile::path)
        .toList();
  }

  private static String text(Medium medium, String path) throws IOException {
    MediumFile file =
        medium.files().stream().filter(f -> f.path().equals(path)).findFirst().orElseThrow();
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = MediumTest.class.getResourceAsStream("medium/" + name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
