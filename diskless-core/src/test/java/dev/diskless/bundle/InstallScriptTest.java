package dev.diskless.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.archive.Compression;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the script as a master does. */
@RequiresRoot("restoring owners and devices")
@RequiresProgram("mksquashfs")
class InstallScriptTest {

  private static final String RELEASE = "master/srv/diskless/lab/releases/1.0/";

  @TempDir private Path folder;

  @BeforeEach
  void onlyAsRoot() throws IOException {
    SampleBundle.write(folder.resolve("b.tar.zst"), Compression.ZSTD);
    Shell.run(folder, "zstd -dcq b.tar.zst | tar -xO META-INF/diskless/install > install");
  }

  @Test
  void makesTheCompleteTftpboot() throws IOException {
    Shell.Result result = install("b.tar.zst");

    assertThat(result.output()).contains("active: 1.0");
    assertThat(result.exit()).isZero();
    assertThat(folder.resolve("master/tftpboot/pxelinux.cfg")).doesNotExist();
    assertThat(folder.resolve("master/tftpboot/boot/pxelinux.cfg/01-68-00-10-37-09-83"))
        .hasContent("DEFAULT linux");
    assertThat(folder.resolve("master/tftpboot/boot/1.0/golden/vmlinuz")).hasContent("kernel");
    assertThat(folder.resolve("master/tftpboot/192.168.45.45/etc/hostname"))
        .hasContent("firstslave");
  }

  @Test
  void aFullTreeHasEveryLayerAndSharesNothing() throws IOException {
    install("b.tar.zst");
    Path tree = folder.resolve(RELEASE + "192.168.45.45");

    assertThat(tree.resolve("etc/motd")).hasContent("ours");
    assertThat(tree.resolve("etc/issue")).doesNotExist();
    assertThat(tree.resolve("var/old")).doesNotExist();
    assertThat(Files.isSymbolicLink(tree.resolve("etc/resolv.conf"))).isFalse();
    assertThat(tree.resolve("etc/resolv.conf")).hasContent("nameserver 192.168.45.1");
    assertThat(Shell.run(tree, "stat -c '%a %u %h' usr/bin/su usr/bin/perl root").output())
        .isEqualTo("4755 0 1\n755 0 2\n700 0 2\n");
    assertThat(Shell.run(tree, "stat -c '%t,%T' dev/null").output()).isEqualTo("1,3\n");
    assertThat(folder.resolve(RELEASE + "192.168.45.46")).doesNotExist();
  }

  @Test
  void deletionsOfAnOverlayAreWhiteouts() throws IOException {
    install("b.tar.zst");

    assertThat(
            Shell.run(
                    folder.resolve(RELEASE + "groups/stateless"),
                    "stat -c '%F %t,%T' etc/issue var/old")
                .output())
        .isEqualTo("character special file 0,0\ncharacter special file 0,0\n");
    assertThat(
            Shell.run(
                    folder.resolve(RELEASE),
                    "unshare -m sh -c 'mkdir m; mount -t overlay -o lowerdir=nodes/second:groups/stateless:images/golden o m"
                        + " && cat m/etc/motd m/etc/hostname && ls m/etc m/var && stat -c %a m/root'")
                .output())
        .contains("oursfirstslave")
        .doesNotContain("issue")
        .doesNotContain("old")
        .endsWith("700\n");
  }

  private void everyRoot() throws IOException {
    SampleBundle.write(folder.resolve("b.tar.zst"), Compression.ZSTD, Clusters.labWithEveryRoot());
    Shell.run(folder, "zstd -dcq b.tar.zst | tar -xO META-INF/diskless/install > install");
  }

  @Test
  void aSharedTreeIsWhatACompleteOneHasInFourFolders() throws IOException {
    everyRoot();
    assertThat(install("b.tar.zst").exit()).isZero();
    Path tree = folder.resolve(RELEASE + "192.168.45.47");

    assertThat(Shell.run(tree, "ls").output()).isEqualTo("etc\nroot\nvar\n");
    assertThat(tree.resolve("etc/motd")).hasContent("ours");
    assertThat(tree.resolve("etc/issue")).doesNotExist();
    assertThat(tree.resolve("var/old")).doesNotExist();
    // Group and node of the complete tree have the same layers.
    String list = "find etc root var -printf '%p %y %m %U %G %T@ %l\\n' | LC_ALL=C sort";
    assertThat(Shell.run(tree, list).output())
        .isEqualTo(Shell.run(folder.resolve(RELEASE + "192.168.45.45"), list).output())
        .contains("etc/hostname f 644 0 0");
    assertThat(Shell.run(tree, "find . -type f -links +1; find . -type c").output()).isEmpty();
    // What the node writes stays its own.
    Files.writeString(tree.resolve("etc/motd"), "written");
    assertThat(folder.resolve(RELEASE + "images/golden/etc/motd")).hasContent("Debian");
    assertThat(folder.resolve(RELEASE + "groups/shared/etc/motd")).hasContent("ours");
    assertThat(install("b.tar.zst").output()).contains("release 1.0 is installed already");
    assertThat(tree.resolve("etc/motd")).hasContent("written");
  }

  @Test
  void theImageOfRamNodesIsOneFileWithAllOfIt() throws IOException {
    everyRoot();
    Shell.Result result = install("b.tar.zst");

    assertThat(result.output())
        .contains("ram/golden/image.squashfs: 1 MB in the memory of each node");
    assertThat(result.exit()).isZero();
    assertThat(folder.resolve(RELEASE + "192.168.45.48")).doesNotExist();
    assertThat(Shell.run(folder.resolve(RELEASE), "ls -A ram ram/golden").output())
        .isEqualTo("ram:\ngolden\n\nram/golden:\nimage.squashfs\nsum\n");
    String list = "find . -printf '%p %y %m %U %G %n %l\\n' | LC_ALL=C sort";
    Shell.run(folder, "unsquashfs -d unpacked " + RELEASE + "ram/golden/image.squashfs");
    assertThat(Shell.run(folder.resolve("unpacked"), list).output())
        .isEqualTo(
            Shell.run(folder.resolve(RELEASE + "images/golden"), list)
                .output()
                // The kernel has a second name below boot/ of the release.
                .replace("./boot/vmlinuz-6.1 f 644 0 0 2", "./boot/vmlinuz-6.1 f 644 0 0 1"))
        .contains("usr/bin/su f 4755 0 0 1", "dev/null c 666");
    assertThat(
            Shell.run(
                    folder,
                    "diff -r --no-dereference unpacked/usr " + RELEASE + "images/golden/usr")
                .exit())
        .isZero();
  }

  @Test
  void theSameImageIsTheSameFileInEveryRelease() throws IOException {
    everyRoot();
    String sum = "sha256sum <" + RELEASE + "ram/golden/image.squashfs";
    install("b.tar.zst");
    String first = Shell.run(folder, sum).output();
    Shell.run(folder, "rm -r master; export SOURCE_DATE_EPOCH=1700000000; touch b.tar.zst");
    Shell.Result again =
        Shell.run(
            folder, "SOURCE_DATE_EPOCH=1700000000 python3 install --destdir master b.tar.zst");

    assertThat(again.exit()).as(again.output()).isZero();
    assertThat(Shell.run(folder, sum).output()).isEqualTo(first);
  }

  @Test
  void withoutMksquashfsNothingIsTouched() throws IOException {
    everyRoot();
    Shell.run(
        folder,
        "mkdir path; for p in tar cp rm sync zstd; do" + " ln -s $(command -v $p) path/; done");
    Shell.Result result =
        Shell.run(
            folder,
            "python3=$(python3 -c 'import sys; print(sys.executable)'); PATH=$PWD/path $python3 install --destdir master b.tar.zst");

    assertThat(result.exit()).isNotZero();
    assertThat(result.output())
        .contains("mksquashfs is missing")
        .contains("package squashfs-tools");
    assertThat(folder.resolve("master")).doesNotExist();
  }

  @Test
  void whatAnInstallationKilledWhileCompressingLeftIsRemoved() throws IOException {
    everyRoot();
    Shell.run(
        folder,
        "mkdir path; printf '#!/bin/sh\\ncase $1 in */images/golden) kill -9 $PPID; exit 1;;"
            + " esac; exec %s \"$@\"\\n' $(command -v mksquashfs) >path/mksquashfs; chmod +x path/*");
    Shell.Result killed =
        Shell.run(folder, "PATH=$PWD/path:$PATH python3 install --destdir master b.tar.zst");

    assertThat(killed.exit()).isNotZero();
    assertThat(folder.resolve(RELEASE)).doesNotExist();
    assertThat(folder.resolve("master/tftpboot")).doesNotExist();

    // Its children hold its lock until they end, too.
    Shell.run(folder, "flock master/srv/diskless/lab/.lock true");
    assertThat(install("b.tar.zst").exit()).isZero();
    assertThat(folder.resolve(RELEASE + "ram/golden/image.squashfs")).exists();
    assertThat(Shell.run(folder, "ls -A master/srv/diskless/lab/releases").output())
        .isEqualTo("1.0\n");
  }

  @Test
  void installingAgainChangesNothing() throws IOException {
    install("b.tar.zst");
    Files.writeString(folder.resolve(RELEASE + "192.168.45.45/etc/note"), "written by the node");

    assertThat(install("b.tar.zst").output()).contains("release 1.0 is installed already");
    assertThat(folder.resolve(RELEASE + "192.168.45.45/etc/note")).exists();
  }

  @Test
  void aDamagedBundleInstallsNothing() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("b.tar.zst"));
    Files.write(
        folder.resolve("short.tar.zst"), java.util.Arrays.copyOf(bytes, bytes.length * 2 / 3));

    Shell.Result result = install("short.tar.zst");

    assertThat(result.exit()).isNotZero();
    assertThat(result.output()).contains("install: ").contains("damaged");
    assertThat(folder.resolve("master")).doesNotExist();
  }

  @Test
  void aManifestThatLiesInstallsNothing() throws IOException {
    Shell.run(
        folder,
        "mkdir x && zstd -dcq b.tar.zst | tar -xp -C x && echo evil > x/images/golden/usr/bin/su"
            + " && (cd x && tar -c *) | zstd -q > lie.tar.zst");

    Shell.Result result = install("lie.tar.zst");

    assertThat(result.exit()).isNotZero();
    assertThat(result.output())
        .contains("images/golden/usr/bin/su: FAILED")
        .contains("does not match its manifest; nothing was installed");
    assertThat(folder.resolve("master/tftpboot")).doesNotExist();
  }

  @Test
  void whatAKilledInstallationLeftIsRemoved() throws IOException {
    Path left = folder.resolve("master/srv/diskless/lab/releases/.0.9.partial");
    Files.createDirectories(left);

    install("b.tar.zst");

    assertThat(left).doesNotExist();
  }

  @Test
  void anotherReleaseOfTheSameVersionIsRefused() throws IOException {
    install("b.tar.zst");
    Files.writeString(folder.resolve(RELEASE + "META-INF/diskless/manifest"), "other");

    Shell.Result refused = install("b.tar.zst");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.output()).contains("is installed with other content");

    assertThat(install("--replace b.tar.zst").exit()).isZero();
    assertThat(folder.resolve(RELEASE + "META-INF/diskless/manifest")).isNotEmptyFile();
    assertThat(Files.size(folder.resolve(RELEASE + "META-INF/diskless/manifest")))
        .isGreaterThan(100);
  }

  @Test
  void aDirectoryInPlaceOfTheLinkIsRejected() throws IOException {
    Files.createDirectories(folder.resolve("master/tftpboot"));

    Shell.Result result = install("b.tar.zst");
    assertThat(result.output()).contains("tftpboot exists and is not a link to a release");
    assertThat(result.exit()).isNotZero();
    assertThat(folder.resolve("master/srv")).doesNotExist();
  }

  private Shell.Result install(String arguments) throws IOException {
    return Shell.run(
        folder, "python3 install --destdir master " + arguments + " || dash -c 'exit 1'");
  }
}
