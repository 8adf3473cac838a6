package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuTest {

  private final QemuCommand command =
      new QemuCommand(
          "qemu",
          Accelerator.TCG,
          Optional.empty(),
          Path.of("/w,1"),
          List.of(Path.of("s,0"), Path.of("s,1"), Path.of("s,2"), Path.of("s,3")),
          768);

  @Test
  void aNodeHasItsMacAndNothingToStartFromButTheNetwork() {
    List<String> node =
        command.node("one", List.of("52:54:00:00:00:01"), 3, Start.BIOS, Optional.empty(), false);

    assertThat(node)
        .containsSequence("-boot", "n")
        .containsSequence("-m", "768M")
        .containsSequence("-netdev", "stream,id=wire,server=off,addr.type=unix,addr.path=s,,3")
        .contains("virtio-net-pci,netdev=wire,mac=52:54:00:00:00:01,bootindex=1")
        .contains("file,id=console,append=on,path=/w,,1/one.console")
        .containsSequence("-accel", "tcg,thread=multi", "-cpu")
        .doesNotContain("-drive", "-kernel");
  }

  @Test
  void theProcessorIsTheOneThatIsAskedFor() {
    assertThat(Accelerator.TCG.arguments(Optional.of("max")))
        .containsExactly("-accel", "tcg,thread=multi", "-cpu", "max");
    assertThat(Accelerator.KVM.arguments(Optional.empty()))
        .containsExactly("-accel", "kvm", "-cpu", "host");
  }

  @Test
  void uefiHasItsOwnVariablesAndItsOwnPxe() {
    List<String> node =
        command.node("one", List.of("52:54:00:00:00:01"), 3, Start.UEFI, Optional.empty(), false);

    assertThat(node)
        .contains("q35,graphics=off")
        .contains("virtio-net-pci,netdev=wire,mac=52:54:00:00:00:01,bootindex=1,romfile=")
        .contains(
            "if=pflash,unit=0,format=raw,file=/usr/share/OVMF/OVMF_CODE_4M.fd,readonly=on",
            "if=pflash,unit=1,format=raw,file=/w,,1/one.vars,cache=unsafe")
        .doesNotContain("-global");
  }

  @Test
  void secureBootGuardsTheKeys() {
    assertThat(
            command.node(
                "one", List.of("52:54:00:00:00:01"), 3, Start.SECURE_BOOT, Optional.empty(), false))
        .contains("q35,smm=on,graphics=off")
        .containsSequence("-global", "driver=cfi.pflash01,property=secure,value=on")
        .contains(
            "if=pflash,unit=0,format=raw,file=/usr/share/OVMF/OVMF_CODE_4M.ms.fd,readonly=on");
  }

  @Test
  void aNodeWithAMediumStartsFromNothingElse() {
    Optional<Path> medium = Optional.of(Path.of("/w,1/medium.iso"));

    assertThat(
            command.node(
                "one",
                List.of("52:54:00:00:00:01"),
                3,
                new Start(Firmware.BIOS, StartDevice.USB),
                medium,
                false))
        .containsSequence(
            "-drive", "if=none,id=medium,format=raw,readonly=on,file=/w,,1/medium.iso")
        .containsSequence("-device", "usb-storage,removable=on,drive=medium,bootindex=1")
        .contains("virtio-net-pci,netdev=wire,mac=52:54:00:00:00:01,romfile=")
        .doesNotContain("-boot");
    assertThat(
            command.node(
                "one",
                List.of("52:54:00:00:00:01"),
                3,
                new Start(Firmware.UEFI, StartDevice.CD),
                medium,
                true))
        .contains("-no-reboot")
        .contains("q35,graphics=off", "ide-cd,drive=medium,bootindex=1")
        .contains("virtio-net-pci,netdev=wire,mac=52:54:00:00:00:01,romfile=");
    assertThat(
            command.node(
                "one",
                List.of("52:54:00:00:00:01"),
                3,
                new Start(Firmware.SECURE_BOOT, StartDevice.CD),
                medium,
                false))
        .contains("virtio-net-pci,netdev=wire,mac=52:54:00:00:00:01,romfile=,bootindex=2");
  }

  @Test
  void theMasterHasTheBundleAsADiskThatItCannotWrite() {
    List<String> master =
        command.master(
            Path.of("/k"),
            Path.of("/i"),
            "x=1 y",
            Path.of("/b"),
            Optional.empty(),
            Path.of("/d"),
            "52:54:00:1:1:1");

    assertThat(master)
        .containsSequence("-append", "x=1 y")
        .contains("stream,id=wire,server=off,addr.type=unix,addr.path=s,,0")
        .contains("if=none,id=bundle,format=raw,file=/b,readonly=on");
  }

  @Test
  void noNetworkOfTheHostIsEverNamed() {
    List<String> all =
        new java.util.ArrayList<>(
            command.node(
                "one",
                List.of("52:54:00:00:00:01"),
                0,
                Start.SECURE_BOOT,
                Optional.empty(),
                false));
    all.addAll(
        command.master(
            Path.of("/k"),
            Path.of("/i"),
            "",
            Path.of("/b"),
            Optional.empty(),
            Path.of("/d"),
            "52:54:00:1:1:1"));

    assertThat(all)
        .filteredOn(a -> a.matches("(user|tap|bridge|socket|vde|l2tpv3)\\b.*"))
        .isEmpty();
  }

  @Test
  void whatATrialOfKvmFoundIsNotAskedAgainAtOnce(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("accelerator");
    Instant now = Instant.now();
    assertThat(Qemu.known(file, "boot-1", now)).isEmpty();

    Files.writeString(file, "boot-1 KVM\n");
    assertThat(Qemu.known(file, "boot-1", now.plus(Duration.ofDays(100))))
        .contains(Accelerator.KVM);
    assertThat(Qemu.known(file, "boot-2", now)).isEmpty();
    assertThat(Qemu.known(file, "", now)).isEmpty();

    // What kept KVM from working can be mended.
    Files.writeString(file, "boot-1 TCG\n");
    assertThat(Qemu.known(file, "boot-1", now)).contains(Accelerator.TCG);
    assertThat(Qemu.known(file, "boot-1", now.plus(Duration.ofHours(2)))).isEmpty();
  }

  @Test
  void kvmWorksOnlyWhereAKernelCameUp() {
    assertThat(Qemu.isStarted("")).isFalse();
    assertThat(Qemu.isStarted("SeaBIOS (version 1.16)\r\nBooting from ROM..")).isFalse();
    assertThat(Qemu.isStarted("[    0.000000] Linux version 6.1.0\r\n")).isFalse();
    assertThat(
            Qemu.isStarted(
                "[    0.000000] Linux version 6.1.0\r\n[    0.1] Memory: 200000K/261752K"))
        .isTrue();
  }

  @Test
  void furtherCardsHaveAPortEachAndNothingStartsFromThem() {
    List<String> line =
        command.node(
            "one",
            List.of("52:54:00:00:00:01", "12:54:00:00:00:01"),
            2,
            Start.BIOS,
            Optional.empty(),
            false);
    assertThat(line)
        .containsSubsequence(
            "virtio-net-pci,netdev=wire,mac=52:54:00:00:00:01,bootindex=1",
            "virtio-net-pci,netdev=wire1,romfile=,mac=12:54:00:00:00:01");
    assertThat(line).anyMatch(a -> a.startsWith("stream,id=wire1,") && a.endsWith("s,,3"));
  }
}
