package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.it.TinyImage;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.RootMode;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
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
    RootRequirements.check(Clusters.lab(), Map.of("golden", tree), problems);
    return problems;
  }

  private static List<String> checkRam(String initramfs, String builtIn) throws IOException {
    return check(Clusters.labGroup("memory", RootMode.RAM), initramfs, builtIn);
  }

  private static List<String> checkFull(String initramfs) throws IOException {
    return check(Clusters.labGroup("private", RootMode.FULL), initramfs, "");
  }

  private static List<String> check(Group group, String initramfs, String builtIn)
      throws IOException {
    Cluster howto = Clusters.lab();
    Cluster cluster =
        new Cluster(
            howto.name(),
            howto.domain(),
            howto.version(),
            howto.master(),
            howto.networks(),
            howto.images(),
            List.of(group),
            List.of(Clusters.node("n", "52:54:00:00:00:01", "192.168.45.47", group)),
            howto.resources());
    Problems problems = new Problems();
    FileTree tree =
        FileTree.of(
            List.of(
                file("boot/vmlinuz-6.1", "kernel"),
                file("boot/initrd.img-6.1", initramfs),
                file("lib/modules/6.1/modules.builtin", builtIn)));
    RootRequirements.check(cluster, Map.of("golden", tree), problems);
    return problems.all().stream().map(Problem::toString).toList();
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
  void oneMadeWithOlderFilesIsRefused() throws IOException {
    assertThat(
            check(TinyImage.initramfs().replace("conf/diskless/overlay", "conf/diskless/overlxx"))
                .all())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains(
            "an older version of the files of diskless, so root: overlay of stateless",
            "the current version");
  }

  @Test
  void modulesOfTheKernelMayBeBuiltInOrInTheInitramfs() throws IOException {
    String loop = "kernel/drivers/block/loop.ko\n";
    assertThat(checkRam(TinyImage.initramfs(), loop)).isEmpty();
    assertThat(checkRam(TinyImage.initramfs().replace(".ko\0", ".xo\0"), loop))
        .singleElement()
        .asString()
        .contains(
            "kernel 6.1: neither the kernel nor its initramfs has nfs, nfsv3, overlay, squashfs, so root:"
                + " ram of memory",
            "CONFIG_NFS_FS, CONFIG_NFS_V3, CONFIG_OVERLAY_FS, CONFIG_SQUASHFS,",
            "update-initramfs -u");
    assertThat(checkRam(TinyImage.initramfs(), ""))
        .singleElement()
        .asString()
        .contains("has loop,", "CONFIG_BLK_DEV_LOOP");
  }

  @Test
  void eachOfTheFourFoldersMustBeOne() throws IOException {
    Problems problems = new Problems();
    RootRequirements.checkFolders(
        "group g",
        FileTree.of(
            List.of(
                file("etc/motd", "m"),
                file("root/.profile", "p"),
                file("var/tmp/x", "x"),
                Entry.symlink(
                    TreePath.of("tmp"), Metadata.root(0777, Instant.EPOCH), "var/tmp", "golden"))),
        problems);
    assertThat(problems.all())
        .extracting(Problem::message)
        .containsExactly(
            "group g: /tmp is not a folder in the image, but with root: shared each node has"
                + " its own folder there");
    RootRequirements.checkFolders("group g", FileTree.of(List.of()), problems);
    assertThat(problems.all()).hasSize(5);
  }

  @Test
  void whatCannotBeReadIsRefused() throws IOException {
    assertThat(check("no initramfs").all())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains(
            "neither a cpio archive nor compressed in a format that kernels support", "COMPRESS");
    assertThat(check("\u0089LZO\0\r\n\u001a\n").all())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("packed with lzo", "COMPRESS");
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

  /** A block of the lz4 format may hold all of it as it is, after a token that tells its length. */
  @Test
  void oneThatIsPackedAsOnlyKernelsAreIsRead() throws IOException {
    String whole = TinyImage.initramfs();
    StringBuilder block = new StringBuilder("\u00f0");
    int rest = whole.length() - 15;
    for (; rest >= 255; rest -= 255) {
      block.append('\u00ff');
    }
    block.append((char) rest).append(whole);
    int size = block.length();
    String packed =
        "\u0002!L\u0018" + (char) (size & 0xFF) + (char) (size >> 8 & 0xFF) + "\0\0" + block;

    assertThat(check(packed).all()).isEmpty();
    assertThat(check(packed.replace("nfs-bottom", "nfs-middle")).all()).hasSize(1);
  }

  @Test
  void fullNeedsNothingOfOursButToMountOverNfs() throws IOException {
    String theirs = TinyImage.initramfs().replace("diskless", "someelse");
    assertThat(checkFull(theirs)).isEmpty();
    assertThat(checkFull(theirs.replace("bin/nfsmount", "sbin/nfsroot"))).isEmpty();

    // What dracut makes without its module nfs.
    assertThat(checkFull(theirs.replace("nfsmount", "netmount")))
        .singleElement()
        .asString()
        .contains(
            "it contains no program that mounts a root over NFS, so root: full of"
                + " private does not work")
        .contains("klibc-utils", "add_dracutmodules");
    // What initramfs-tools makes with MODULES=dep on a machine that has its root on a disk.
    assertThat(checkFull(theirs.replace("nfs.ko\0", "xfs.ko\0")))
        .singleElement()
        .asString()
        .contains(
            "neither the kernel nor its initramfs has nfs, so root: full of private does not work")
        .contains("MODULES=most in /etc/initramfs-tools/initramfs.conf");
  }

  @Test
  void imagesOfNoGroupAreNotLookedAt() throws IOException {
    Problems problems = new Problems();
    RootRequirements.check(
        Clusters.lab(),
        Map.of(
            "other",
            FileTree.of(List.of(file("boot/vmlinuz-6.1", "k"), file("boot/initrd.img-6.1", "i")))),
        problems);

    assertThat(problems.all()).isEmpty();
  }
}
