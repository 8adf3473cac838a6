package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.TestClusters;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BootFilesTest {

  private static final String[] PXELINUX = {
    "usr/lib/PXELINUX/pxelinux.0", "usr/lib/syslinux/modules/bios/ldlinux.c32"
  };

  private final Problems problems = new Problems();
  private final Map<String, FileTree> images = new LinkedHashMap<>();

  @Test
  void everyImageHasItsKernelAndTheFirstThatHasALoaderGivesIt() {
    image("debian", PXELINUX);
    image("golden", PXELINUX);

    assertThat(files())
        .containsExactly(
            "debian/vmlinuz from debian",
            "debian/initrd.img from debian",
            "golden/vmlinuz from golden",
            "golden/initrd.img from golden",
            "pxelinux.0 from debian",
            "ldlinux.c32 from debian");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void theSignedLoadersOfUefiComeAlong() {
    image(
        "debian",
        "usr/lib/shim/shimx64.efi.signed",
        "usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed");

    assertThat(files()).contains("shimx64.efi from debian", "grubx64.efi from debian");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void aClusterWithoutAnyLoaderIsWarned() {
    image("debian");

    assertThat(files()).hasSize(2);
    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "no image has a loader for boot: pxelinux (BIOS: pxelinux.0 (Debian package pxelinux) and ldlinux.c32 (Debian package syslinux-common); 64-bit UEFI: shimx64.efi (Debian package shim-signed) and grubx64.efi (Debian package grub-efi-amd64-signed); 64-bit ARM UEFI: shimaa64.efi (Debian package shim-signed) and grubaa64.efi (Debian package grub-efi-arm64-signed)); add the packages for your machines' firmware to an image, or put the files into the master's TFTP root");
  }

  @Test
  void halfALoaderIsWarned() {
    image("debian", "usr/lib/PXELINUX/pxelinux.0");

    files();

    assertThat(problems.all())
        .extracting(Problem::message)
        .contains(
            "BIOS machines will not start: some image has part of their loader, but none has ldlinux.c32 (Debian package syslinux-common)");
    assertThat(problems.hasErrors()).isFalse();
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

  private List<String> files() {
    return BootFiles.of(TestClusters.howto(), images, problems).stream()
        .map(f -> f.name().raw() + " from " + f.image())
        .toList();
  }
}
