package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.boot.MediumFile.Place;
import dev.diskless.host.SearchPath;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image, read again with xorriso and mtools. */
class MediumWriterTest {

  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
  private static final int SECTOR = 512;

  @TempDir private Path folder;

  @RequiresProgram({"xorriso", "mformat", "mcopy"})
  @Test
  void oneFileIsDiscAndDisk() throws IOException {
    Path iso = write("one", TIME);

    String report =
        run("xorriso -no_rc -indev one/m.iso -report_el_torito plain -report_system_area plain");
    assertThat(report)
        .containsPattern("El Torito boot img :   1  BIOS  y   none")
        .containsPattern("El Torito boot img :   2  UEFI  y   none")
        .contains("Partition offset   : 16")
        .containsPattern("MBR partition      :   1   0x80")
        .containsPattern("MBR partition      :   2   0x00  0xef");
    assertThat(Arrays.copyOf(Files.readAllBytes(iso), 4))
        .isEqualTo(new byte[] {'M', 'B', 'R', '!'});
    assertThat(
            run(
                "xorriso -no_rc -osirrox on -indev one/m.iso -extract /grub/grub.cfg got && cat got"))
        .contains("a configuration");
    assertThat(run("mtype -i one/m.iso@@" + espOffset(iso) + " ::/grub/grub.cfg"))
        .isEqualTo("a configuration");
    assertThat(run("mdir -b -/ -i one/m.iso@@" + espOffset(iso) + " ::"))
        .contains("::/EFI/BOOT/BOOTX64.EFI", "::/grub/grub.cfg");
    // Nothing is left of what was made on the way.
    assertThat(folder.resolve("one/work")).doesNotExist();
  }

  @RequiresProgram({"xorriso", "mformat", "mcopy"})
  @Test
  void theSameInputGivesTheSameBytes() throws Exception {
    Path first = write("one", TIME);
    // FAT counts in steps of two seconds.
    Thread.sleep(2100);
    Path second = write("another", TIME);

    assertThat(second).hasSameBinaryContentAs(first);
    assertThat(Files.readAllBytes(write("later", TIME.plusSeconds(86400))))
        .isNotEqualTo(Files.readAllBytes(first));
  }

  @Test
  void missingProgramsAreToldByPackage() {
    assertThatThrownBy(
            () ->
                MediumWriter.write(
                    medium(),
                    folder.resolve("m.iso"),
                    folder.resolve("work"),
                    TIME,
                    SearchPath.of("")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("run `apt-get install xorriso` as root")
        .hasMessageContaining("run `apt-get install mtools` as root");
  }

  private Path write(String name, Instant time) throws IOException {
    Path iso = folder.resolve(name).resolve("m.iso");
    Files.createDirectories(iso.getParent());
    MediumWriter.write(medium(), iso, folder.resolve(name).resolve("work"), time);
    return iso;
  }

  private static Medium medium() {
    byte[] bootRecord = new byte[432];
    System.arraycopy("MBR!".getBytes(UTF_8), 0, bootRecord, 0, 4);
    return new Medium(
        List.of(
            file("isolinux/isolinux.bin", new byte[4096], Place.DISC),
            file("kernel/1/vmlinuz", new byte[3_000_000], Place.DISC),
            file("EFI/BOOT/BOOTX64.EFI", new byte[2_000_000], Place.ESP),
            file("grub/grub.cfg", "a configuration".getBytes(UTF_8), Place.DISC, Place.ESP)),
        new BytesContent(bootRecord));
  }

  private static MediumFile file(String path, byte[] bytes, Place... places) {
    Content content = new BytesContent(bytes);
    return new MediumFile(path, EnumSet.copyOf(List.of(places)), content);
  }

  /** Of the second partition, in bytes: the first sector is the third field of its entry. */
  private static long espOffset(Path iso) throws IOException {
    byte[] bytes = Files.readAllBytes(iso);
    int entry = 446 + 16;
    long sector = 0;
    for (int i = 3; i >= 0; i--) {
      sector = sector << 8 | bytes[entry + 8 + i] & 0xFF;
    }
    return sector * SECTOR;
  }

  private String run(String command) throws IOException {
    Shell.Result result = Shell.run(folder, command);
    assertThat(result.exit()).as(result.output()).isZero();
    return result.output();
  }
}
