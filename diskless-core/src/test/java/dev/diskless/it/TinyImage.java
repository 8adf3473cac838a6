package dev.diskless.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A root tree with all that a Debian on a merged /usr is known by, and nothing that it runs. Its
 * kernel does not boot. It also has what must not be cloned: a machine-id and an ssh host key.
 */
public final class TinyImage {

  /** The machine-id of the machine that it seems to be copied from. */
  public static final String MACHINE_ID = "0123456789abcdef0123456789abcdef";

  private static final String KERNEL = "6.1.0-test";
  private static final FileTime MTIME = FileTime.from(Instant.parse("2025-05-20T12:00:00Z"));

  private final Path root;

  private TinyImage(Path root) {
    this.root = root;
  }

  /** Makes one. The folder must not exist. */
  public static void at(File root) throws IOException {
    new TinyImage(root.toPath()).make();
  }

  private void make() throws IOException {
    for (String directory :
        List.of(
            "boot",
            "dev",
            "etc/ssh",
            "home",
            "mnt",
            "opt",
            "proc",
            "run",
            "srv",
            "sys",
            "usr/bin",
            "usr/sbin",
            "usr/local",
            "usr/share",
            "var/log",
            "var/tmp",
            "var/lib/dpkg")) {
      directory(directory, "rwxr-xr-x");
    }
    directory("root", "rwx------");
    directory("tmp", "rwxrwxrwx");
    for (String merged : List.of("bin", "sbin", "lib")) {
      Files.createDirectories(root.resolve("usr").resolve(merged));
      Files.createSymbolicLink(root.resolve(merged), Path.of("usr", merged));
    }

    file("boot/vmlinuz-" + KERNEL, TinyKernel.bzImage(KERNEL));
    file("boot/initrd.img-" + KERNEL, initramfs());
    file("boot/config-" + KERNEL, TinyKernel.configuration());
    file("usr/lib/modules/" + KERNEL + "/modules.dep", "");
    file("usr/lib/modules/" + KERNEL + "/modules.builtin", "kernel/drivers/block/loop.ko\n");
    file("usr/lib/PXELINUX/pxelinux.0", "not a loader\n");
    file("usr/lib/syslinux/modules/bios/ldlinux.c32", "not a loader either\n");

    file("etc/hostname", "golden\n");
    file("etc/hosts", "127.0.0.1 localhost\n192.168.45.9 golden\n");
    file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    file("etc/group", "root:x:0:\n");
    file("etc/fstab", "/dev/sda1 / ext4 defaults 0 1\n");
    file("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    file("etc/machine-id", MACHINE_ID + "\n");
    file("etc/ssh/ssh_host_ed25519_key", "the private key of another machine\n");
    file("etc/ssh/ssh_host_ed25519_key.pub", "the public key of another machine\n");
    file("etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n");
    file("var/lib/dpkg/status", "");

    file("usr/bin/hello", "#!/bin/sh\necho hello\n");
    permit("usr/bin/hello", "rwxr-xr-x");
    Files.createLink(root.resolve("usr/bin/hello-again"), root.resolve("usr/bin/hello"));
    file("usr/share/b\u00fccher", "a name beyond ASCII\n");
    sameTimeEverywhere();
  }

  /**
   * A cpio archive (format newc) with the names of the files that tell that an initramfs can make
   * every root, and nothing to run.
   */
  public static String initramfs() {
    StringBuilder archive = new StringBuilder(cpioEntry("scripts/nfs-bottom/diskless"));
    archive.append(cpioEntry("usr/bin/nfsmount"));
    for (String mode : List.of("overlay", "shared", "ram")) {
      archive.append(cpioEntry("conf/diskless/" + mode));
    }
    for (String module :
        List.of("nfs/nfs", "nfs/nfsv3", "overlayfs/overlay", "squashfs/squashfs")) {
      archive.append(cpioEntry("usr/lib/modules/" + KERNEL + "/kernel/fs/" + module + ".ko"));
    }
    return archive + cpioEntry("TRAILER!!!");
  }

  private static String cpioEntry(String name) {
    String header =
        "070701%08X%08X%s%08X".formatted(1, 0100755, "00000000".repeat(9), name.length() + 1)
            + "00000000";
    String entry = header + name + "\0";
    return entry + "\0".repeat(-entry.length() & 3);
  }

  private void directory(String path, String permissions) throws IOException {
    Files.createDirectories(root.resolve(path));
    permit(path, permissions);
  }

  private void file(String path, String text) throws IOException {
    file(path, text.getBytes(UTF_8));
  }

  private void file(String path, byte[] content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
    permit(path, "rw-r--r--");
  }

  private void permit(String path, String permissions) throws IOException {
    Files.setPosixFilePermissions(root.resolve(path), PosixFilePermissions.fromString(permissions));
  }

  /** So that two images made at two times are the same. */
  private void sameTimeEverywhere() throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      all.sorted(Comparator.reverseOrder()).forEach(TinyImage::setTime);
    }
  }

  private static void setTime(Path path) {
    try {
      Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(MTIME, null, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
