package dev.diskless.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KernelFilesTest {

  private final Problems problems = new Problems();

  @Test
  void followsTheLinkThatTheDistributionKeeps() {
    FileTree tree =
        FileTree.of(
            Arrays.asList(
                file("boot/vmlinuz-6.1.0-37-amd64"),
                file("boot/vmlinuz-6.12.0-1-amd64"),
                file("boot/initrd.img-6.1.0-37-amd64"),
                link("vmlinuz", "boot/vmlinuz-6.1.0-37-amd64")));

    assertThat(find(tree)).map(KernelFiles::version).contains("6.1.0-37-amd64");
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void takesTheNewestWhereNoLinkSaysOtherwise() {
    FileTree tree =
        FileTree.of(
            Arrays.asList(
                file("boot/vmlinuz-6.9.12"),
                file("boot/vmlinuz-6.10.1"),
                file("boot/vmlinuz-6.10.1-rc1"),
                file("boot/initramfs-6.10.1.img"),
                file("boot/initramfs-6.10.1-rc1.img")));

    Optional<KernelFiles> found = find(tree);

    assertThat(found).map(KernelFiles::version).contains("6.10.1-rc1");
    assertThat(found.get().initrd().path()).hasToString("/boot/initramfs-6.10.1-rc1.img");
  }

  @Test
  void followsLinksOfTheInitramfs() {
    FileTree tree =
        FileTree.of(
            Arrays.asList(
                file("boot/vmlinuz-1"), file("opt/ird"), link("boot/initrd.img-1", "/opt/ird")));

    assertThat(find(tree).get().initrd().path()).hasToString("/opt/ird");
  }

  @Test
  void tellsOfAMissingKernel() {
    assertThat(find(FileTree.of(Arrays.asList(file("etc/passwd"))))).isEmpty();
    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "image golden has no kernel: no file /boot/vmlinuz-*; add one to the image, on Debian the package linux-image-amd64");
  }

  @Test
  void tellsOfAMissingInitramfs() {
    assertThat(find(FileTree.of(Arrays.asList(file("boot/vmlinuz-6.1"))))).isEmpty();
    assertThat(problems.all())
        .extracting(Problem::message)
        .containsExactly(
            "image golden has no initramfs for its kernel: no file /boot/initrd.img-6.1");
  }

  private Optional<KernelFiles> find(FileTree tree) {
    return KernelFiles.find("golden", tree, problems);
  }

  private static Entry file(String path) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(0644, Instant.EPOCH),
        new BytesContent(path.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        "image golden");
  }

  private static Entry link(String path, String target) {
    return Entry.symlink(
        TreePath.of(path), Metadata.root(0777, Instant.EPOCH), target, "image golden");
  }
}
