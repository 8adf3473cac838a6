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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    assertThat(found).map(KernelFiles::version).contains("6.10.1");
    assertThat(found.get().initrd().path()).hasToString("/boot/initramfs-6.10.1.img");
  }

  @Test
  void followsLinksOfTheInitramfs() {
    FileTree tree =
        FileTree.of(
            Arrays.asList(
                file("boot/vmlinuz-1"), file("opt/ird"), link("boot/initrd.img-1", "/opt/ird")));

    assertThat(find(tree).get().initrd().path()).hasToString("/opt/ird");
  }

  @ParameterizedTest
  @CsvSource({
    "3.10.0-957.el7.x86_64, 3.10.0-957.27.2.el7.x86_64",
    "4.18.0-348.el8.x86_64, 4.18.0-348.23.1.el8_5.x86_64",
    "6.12.0-55.el10.x86_64+debug, 6.12.0-55.el10.x86_64",
    "6.12.0-99.el10.x86_64+rt-debug, 6.12.0-55.el10.x86_64",
    "5.14.0-503.el9.aarch64+64k, 5.14.0-427.el9.aarch64",
    "0-rescue-4ab1, 3.10.0-957.el7.x86_64",
    "0-rescue-4ab1, 6.1.0-37-rt-amd64",
    "6.12.9-rt-amd64, 6.1.0-37-amd64",
    "6.9.0-rc3, 6.9.0",
    "6.12~rc6-amd64, 6.12-amd64"
  })
  void choosesTheNewestPlainKernel(String other, String expected) {
    FileTree tree =
        FileTree.of(
            Arrays.asList(
                file("boot/vmlinuz-" + other),
                file("boot/vmlinuz-" + expected),
                file("boot/initrd.img-" + other),
                file("boot/initrd.img-" + expected)));

    assertThat(find(tree)).map(KernelFiles::version).contains(expected);
  }

  @Test
  void aVariantIsChosenWhereNoPlainKernelExists() {
    FileTree tree =
        FileTree.of(
            Arrays.asList(
                file("boot/vmlinuz-6.1.0-37-rt-amd64"), file("boot/initrd.img-6.1.0-37-rt-amd64")));

    assertThat(find(tree)).map(KernelFiles::version).contains("6.1.0-37-rt-amd64");
  }

  @Test
  void aLinkToAVariantIsNotARequestForIt() {
    FileTree tree =
        FileTree.of(
            Arrays.asList(
                file("boot/vmlinuz-6.1.0-37-rt-amd64"),
                file("boot/vmlinuz-6.1.0-37-amd64"),
                file("boot/initrd.img-6.1.0-37-amd64"),
                link("vmlinuz", "boot/vmlinuz-6.1.0-37-rt-amd64")));

    assertThat(find(tree)).map(KernelFiles::version).contains("6.1.0-37-amd64");
  }

  @Test
  void findsKernelsOfSuseBehindLinks() {
    String version = "6.4.0-150600.23.25-default";
    FileTree tree =
        FileTree.of(
            Arrays.asList(
                link("lib", "usr/lib"),
                file("usr/lib/modules/" + version + "/vmlinuz"),
                file("usr/lib/modules/" + version + "/config"),
                link("boot/vmlinuz-" + version, "../usr/lib/modules/" + version + "/vmlinuz"),
                link("boot/vmlinuz", "vmlinuz-" + version),
                file("boot/initrd-" + version)));

    KernelFiles found = find(tree).orElseThrow();

    assertThat(found.version()).isEqualTo(version);
    assertThat(found.kernel().path()).hasToString("/usr/lib/modules/" + version + "/vmlinuz");
    assertThat(found.initrd().path()).hasToString("/boot/initrd-" + version);
    assertThat(KernelFiles.configuration(tree, found.kernel()).map(e -> e.path().toString()))
        .contains("/usr/lib/modules/" + version + "/config");
  }

  @Test
  void findsKernelsThatAreOnlyBesideTheirModules() {
    FileTree tree =
        FileTree.of(
            Arrays.asList(
                file("usr/lib/modules/6.9.1-200.fc40.x86_64/vmlinuz"),
                file("usr/lib/modules/6.11.4-300.fc41.x86_64/vmlinuz"),
                file("usr/lib/modules/6.11.4-300.fc41.x86_64/kernel/fs/vmlinuz"),
                file("usr/lib/modules/6.11.4-300.fc41.x86_64/initramfs.img")));

    KernelFiles found = find(tree).orElseThrow();

    assertThat(found.version()).isEqualTo("6.11.4-300.fc41.x86_64");
    assertThat(found.initrd().path())
        .hasToString("/usr/lib/modules/6.11.4-300.fc41.x86_64/initramfs.img");
  }

  @Test
  void tellsOfAMissingKernel() {
    assertThat(find(FileTree.of(Arrays.asList(file("etc/passwd"))))).isEmpty();
    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "image golden has no kernel: no file /boot/vmlinuz-* and no file /usr/lib/modules/VERSION/vmlinuz; add one to the image, on Debian the package linux-image-amd64");
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
