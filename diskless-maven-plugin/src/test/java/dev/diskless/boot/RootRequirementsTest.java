package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.TestClusters;
import dev.diskless.it.TinyImage;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RootRequirementsTest {

  private static Problems check(String initramfs) throws IOException {
    Problems problems = new Problems();
    FileTree tree =
        FileTree.of(
            List.of(file("boot/vmlinuz-6.1", "kernel"), file("boot/initrd.img-6.1", initramfs)));
    RootRequirements.check(TestClusters.howto(), Map.of("golden", tree), problems);
    return problems;
  }

  private static Entry file(String path, String text) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(0644, Instant.EPOCH),
        new BytesContent(text.getBytes(ISO_8859_1)),
        "golden");
  }

  @Test
  void anInitramfsWithTheModuleIsTaken() throws IOException {
    assertThat(check(TinyImage.initramfs()).all()).isEmpty();
  }

  @Test
  void oneWithoutItIsRefusedWithTheRemedy() throws IOException {
    assertThat(check(TinyImage.initramfs().replace("nfs-bottom", "nfs-middle")).all())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("image golden, initramfs", "root: overlay of stateless", "update-initramfs -u");
  }

  @Test
  void whatCannotBeReadIsRefused() throws IOException {
    assertThat(check("\2!L\30 lz4, say").all())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("neither cpio nor compressed with gzip, xz or zstd", "COMPRESS");
    assertThat(check("").all())
        .extracting(Problem::message)
        .singleElement()
        .asString()
        .contains("it is empty");
  }

  @Test
  void oneThatIsCutOffOrDamagedIsRefused() throws IOException {
    String whole = TinyImage.initramfs();
    for (int length = 1; length < whole.length() - 3; length += 7) {
      assertThat(check(whole.substring(0, length)).all()).as("%d bytes", length).hasSize(1);
    }
    assertThat(check(whole.replace("0000001C", "FFFFFFFF")).all()).hasSize(1);
  }

  @Test
  void groupsWithoutAnOverlayNeedNone() throws IOException {
    Problems problems = new Problems();
    RootRequirements.check(
        TestClusters.howto(),
        Map.of(
            "other",
            FileTree.of(List.of(file("boot/vmlinuz-6.1", "k"), file("boot/initrd.img-6.1", "i")))),
        problems);

    assertThat(problems.all()).isEmpty();
  }
}
