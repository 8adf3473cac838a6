package dev.diskless.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.Shell;
import dev.diskless.archive.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the script as a master does. */
class InstallScriptTest {

  private static final String RELEASE = "master/srv/diskless/lab/releases/1.0/";

  @TempDir private Path folder;

  @BeforeEach
  void onlyAsRoot() throws IOException {
    assumeTrue(
        Shell.isRoot(),
        "NOT TESTED: the install script restores owners and devices, which needs root; run the tests as root");
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
    assertThat(folder.resolve("master/tftpboot/boot/golden/vmlinuz")).hasContent("kernel");
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
    assertThat(Shell.run(folder, "ls -A master/srv/diskless/lab/releases").output()).isEmpty();
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
  void aDirectoryInPlaceOfTheLinkIsLeftAlone() throws IOException {
    Files.createDirectories(folder.resolve("master/tftpboot"));

    assertThat(install("b.tar.zst").output()).contains("was left alone");
    assertThat(folder.resolve("master/srv/diskless/lab/active/boot")).exists();
  }

  private Shell.Result install(String arguments) throws IOException {
    return Shell.run(folder, "dash install --destdir master " + arguments + " || dash -c 'exit 1'");
  }
}
