package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootFilesTest {

  private static final String[] PXELINUX = {
    "usr/lib/PXELINUX/pxelinux.0", "usr/lib/syslinux/modules/bios/ldlinux.c32"
  };

  private static final String[] SIGNED = {
    "usr/lib/shim/shimx64.efi.signed", "usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed"
  };

  @TempDir Path machine;

  private Cluster cluster = Clusters.howto();
  private final Problems problems = new Problems();
  private final Map<String, FileTree> images = new LinkedHashMap<>();

  @Test
  void everyImageHasItsKernelAndTheFirstThatHasALoaderGivesIt() throws IOException {
    image("debian", PXELINUX);
    image("golden", PXELINUX);

    assertThat(files())
        .containsExactly(
            "1.0/debian/vmlinuz from debian",
            "1.0/debian/initrd.img from debian",
            "1.0/golden/vmlinuz from golden",
            "1.0/golden/initrd.img from golden",
            "pxelinux.0 from debian",
            "ldlinux.c32 from debian");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void theSignedLoadersOfUefiComeAlong() throws IOException {
    image("debian", SIGNED);

    assertThat(files()).contains("shimx64.efi from debian", "grubx64.efi from debian");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void aClusterWithoutAnyLoaderIsRefused() throws IOException {
    image("debian");

    assertThat(files()).hasSize(2);
    assertThat(problems.hasErrors()).isTrue();
    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "no boot loader for boot: pxelinux exists in an image or on this machine: BIOS:"
                + " pxelinux.0 (Debian package pxelinux) and ldlinux.c32 (Debian package"
                + " syslinux-common); 64-bit UEFI: shimx64.efi (Debian package"
                + " shim-signed) and grubx64.efi (Debian package"
                + " grub-efi-amd64-signed); 64-bit ARM UEFI: shimaa64.efi (Debian"
                + " package shim-signed) and grubaa64.efi (Debian package"
                + " grub-efi-arm64-signed); add the packages for your"
                + " nodes' firmware to an image, or install them on"
                + " this machine");
  }

  @Test
  void halfALoaderAloneIsRefused() throws IOException {
    image("debian", "usr/lib/PXELINUX/pxelinux.0");

    files();

    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "no boot loader for boot: pxelinux exists in an image or on this machine: BIOS"
                + " machines will not start: image debian has a part of their boot loader,"
                + " but not ldlinux.c32 (Debian package syslinux-common); add the"
                + " packages for your nodes' firmware to an image, or install them on"
                + " this machine");
    assertThat(problems.hasErrors()).isTrue();
  }

  @Test
  void halfALoaderBesideAWholeOneIsWarned() throws IOException {
    image("debian", PXELINUX);
    image("golden", "usr/lib/shim/shimx64.efi.signed");

    assertThat(files())
        .contains("pxelinux.0 from debian")
        .doesNotContain("shimx64.efi from golden");
    assertThat(problems.all())
        .extracting(Problem::message)
        .containsExactly(
            "64-bit UEFI machines will not start: image golden has a part of their boot"
                + " loader, but not grubx64.efi (Debian package grub-efi-amd64-signed)");
    assertThat(problems.hasErrors()).isFalse();
  }

  @Test
  void theFilesOfOneLoaderComeFromOnePlace() throws IOException {
    image("debian", "usr/lib/shim/shimx64.efi.signed");
    image("golden", SIGNED);

    assertThat(files()).contains("shimx64.efi from golden", "grubx64.efi from golden");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void thisMachineGivesWhatNoImageHas() throws IOException {
    cluster = Clusters.withBoot(Clusters.howto(), BootMethod.IPXE);
    image("golden");
    installed("usr/lib/ipxe/undionly.kpxe");
    installed("boot/ipxe.efi");

    assertThat(files())
        .contains("undionly.kpxe from this machine", "ipxe.efi from this machine")
        .doesNotContain("ipxe-arm64.efi from this machine");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void whatThisMachineHasChangesNothingWhereAnImageHasALoader() throws IOException {
    image("debian", PXELINUX);
    for (String path : SIGNED) {
      installed(path);
    }

    assertThat(files()).noneMatch(f -> f.endsWith("from this machine"));
  }

  @Test
  void grubAloneStartsNoBios() throws IOException {
    cluster = Clusters.withBoot(Clusters.howto(), BootMethod.GRUB);
    image("golden", PXELINUX);

    assertThat(files()).hasSize(2);
    assertThat(problems.all())
        .singleElement()
        .satisfies(p -> assertThat(p.message()).contains("boot: grub").doesNotContain("BIOS"));
  }

  private void installed(String path) throws IOException {
    Path file = machine.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, path);
  }

  private void image(String name, String... loaders) {
    images.put(
        name,
        FileTree.of(
            Stream.concat(Stream.of("boot/vmlinuz-6.1", "boot/initrd.img-6.1"), Stream.of(loaders))
                .map(
                    path ->
                        Entry.file(
                            TreePath.of(path),
                            Metadata.root(0644, Instant.EPOCH),
                            new BytesContent(path.getBytes(UTF_8)),
                            "image " + name))
                .toList()));
  }

  private List<String> files() throws IOException {
    return BootFiles.of(cluster, images, machine, problems).stream()
        .map(f -> f.name().raw() + " from " + f.image().orElse("this machine"))
        .toList();
  }
}
