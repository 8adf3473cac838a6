package dev.diskless.master;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.model.Group;
import dev.diskless.model.ReleaseLayout;
import dev.diskless.model.RootMode;
import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides whether a running node can get a changed path of its tree, or only by a reboot. */
public final class RebootRule {

  /**
   * Paths that the system reads only while it boots, or that a running node must not change.
   * Examples are mounts, network interfaces, the machine's name and kernel modules.
   */
  private static final List<TreePath> READ_AT_BOOT =
      Stream.of(
              "boot",
              "lib/modules",
              "usr/lib/modules",
              "etc/NetworkManager",
              "etc/crypttab",
              "etc/default/grub",
              "etc/dracut.conf",
              "etc/dracut.conf.d",
              "etc/fstab",
              "etc/hostname",
              "etc/initramfs-tools",
              "etc/inittab",
              "etc/machine-id",
              "etc/modprobe.d",
              "etc/modules",
              "etc/modules-load.d",
              "etc/netplan",
              "etc/network",
              "etc/selinux",
              "etc/sysconfig/network",
              "etc/sysconfig/network-scripts",
              "etc/systemd/network",
              "etc/systemd/system.conf.d")
          .map(TreePath::of)
          .toList();

  private static final List<TreePath> PRIVATE_FOLDERS =
      ReleaseLayout.PRIVATE_FOLDERS.stream().map(TreePath::of).toList();

  /** File that names the release which the node has booted. It keeps its content until a reboot. */
  private static final TreePath RELEASE = TreePath.of("etc/diskless-release");

  private RebootRule() {}

  /**
   * Returns whether a change concerns no running node: the name of the release, or a path that
   * {@code state} keeps outside of releases.
   */
  static boolean isIgnored(Group group, TreePath path) {
    return path.equals(RELEASE)
        || group.keeping().state().stream().map(TreePath::of).anyMatch(path::startsWith);
  }

  /**
   * Returns whether a change takes effect only at the next boot.
   *
   * @param group group of the node in the release that it has booted
   * @param before entry before the change; empty if the path was added
   * @param after entry after the change; empty if the path was removed
   */
  public static boolean requiresReboot(
      Group group, TreePath path, Optional<Entry> before, Optional<Entry> after) {
    return isOfImage(before) && isOfImage(after)
        || !isWritable(group.root(), path)
        || READ_AT_BOOT.stream().anyMatch(path::startsWith)
        || !isPlain(before)
        || !isPlain(after)
        || isDirectory(before) != isDirectory(after) && before.isPresent() && after.isPresent();
  }

  /**
   * Returns whether a node can write the path. In mode {@code shared}, only private folders are.
   */
  private static boolean isWritable(RootMode mode, TreePath path) {
    boolean isInReach =
        mode != RootMode.SHARED || PRIVATE_FOLDERS.stream().anyMatch(path::startsWith);
    // A line of the plan for the node contains the path.
    return isInReach && path.raw().chars().noneMatch(c -> c < ' ' || c == 0x7f);
  }

  private static boolean isOfImage(Optional<Entry> entry) {
    return entry.map(BundleLayout::isOfImage).orElse(true);
  }

  private static boolean isDirectory(Optional<Entry> entry) {
    return entry.filter(Entry::isDirectory).isPresent();
  }

  /** The digest of a file with holes does not describe all bytes of its content. */
  private static boolean isWholeFile(Entry entry) {
    return entry.isFile() && entry.content().digest().filter(d -> !d.isSparse()).isPresent();
  }

  private static boolean isPlain(Optional<Entry> entry) {
    return entry
        .map(
            e ->
                (e.isDirectory() || e.isSymlink() || isWholeFile(e))
                    && e.metadata().xattrs().isEmpty())
        .orElse(true);
  }
}
