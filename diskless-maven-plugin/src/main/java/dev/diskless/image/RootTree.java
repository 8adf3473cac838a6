package dev.diskless.image;

import static java.util.stream.Collectors.joining;

import dev.diskless.progress.Progress;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.Entry.Type;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gathers the entries of an image, and makes a root file system of them that can be cloned. */
final class RootTree {

  private static final TreePath MACHINE_ID = TreePath.of("etc/machine-id");

  private final String image;
  private final Instant timestamp;
  private final boolean fromMaster;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<Personal, Integer> leftOut = new EnumMap<>(Personal.class);

  /**
   * @param image its name
   * @param timestamp the time of what is made here
   * @param fromMaster whether it is a copy of a running machine
   */
  RootTree(String image, Instant timestamp, boolean fromMaster) {
    this.image = image;
    this.timestamp = timestamp;
    this.fromMaster = fromMaster;
  }

  /** The layer that an image's entries come from, in words for people. */
  static String layer(String image) {
    return "image " + image;
  }

  /**
   * What of one machine's own an entry is, if any. Then {@link #leaveOut} it, and do not even open
   * it: an ordinary user may not read a machine's secrets.
   */
  Optional<Personal> personal(TreePath path, Type type) {
    return Personal.of(path.raw(), type, fromMaster);
  }

  /** Takes an entry. */
  void add(Entry entry) {
    entries.add(entry);
  }

  /**
   * Counts what is one machine's own instead of taking it.
   *
   * @param metadata of the entry
   */
  void leaveOut(TreePath path, Metadata metadata, Personal kind, long size) {
    if (kind == Personal.MACHINE_ID) {
      add(emptyMachineId(metadata.mode()));
      if (size == 0) {
        return;
      }
    }
    leftOut.merge(kind, 1, Integer::sum);
  }

  /** Takes every entry of a tree, or leaves it out. */
  void addAll(FileTree tree) {
    for (Entry entry : tree) {
      Optional<Personal> personal = personal(entry.path(), entry.type());
      if (personal.isPresent()) {
        long size = entry.isFile() ? entry.content().size() : 0;
        leaveOut(entry.path(), entry.metadata(), personal.get(), size);
      } else {
        add(entry);
      }
    }
  }

  private Entry emptyMachineId(int mode) {
    return Entry.file(
        MACHINE_ID, Metadata.root(mode, timestamp), new BytesContent(new byte[0]), layer(image));
  }

  /** The tree of all that was taken, with what every root needs. Says what was left out. */
  FileTree finish(Progress progress) {
    FileTree tree = FileTree.of(entries);
    List<Entry> missing = new ArrayList<>();
    ensureDirectory(tree, "proc", 0555, missing);
    ensureDirectory(tree, "sys", 0555, missing);
    ensureDirectory(tree, "dev", 0755, missing);
    ensureDirectory(tree, "run", 0755, missing);
    ensureDirectory(tree, "tmp", 01777, missing);
    // A kernel without an initramfs opens /dev/console before devtmpfs is mounted.
    ensureDevice(tree, "dev/console", 0600, new Device(5, 1), missing);
    ensureDevice(tree, "dev/null", 0666, new Device(1, 3), missing);
    if (isDirectory(tree, "etc") && tree.get(MACHINE_ID).isEmpty()) {
      missing.add(emptyMachineId(0444));
    }
    if (!leftOut.isEmpty()) {
      progress.say(
          "image %s: left out %s"
              .formatted(
                  image,
                  leftOut.entrySet().stream()
                      .map(e -> e.getKey().count(e.getValue()))
                      .collect(joining(", "))));
    }
    if (missing.isEmpty()) {
      return tree;
    }
    Collection<Entry> all = new ArrayList<>(tree.size() + missing.size());
    tree.forEach(all::add);
    all.addAll(missing);
    return FileTree.of(all);
  }

  private static boolean isDirectory(FileTree tree, String path) {
    return tree.get(TreePath.of(path)).filter(Entry::isDirectory).isPresent();
  }

  private void ensureDirectory(FileTree tree, String path, int mode, List<Entry> missing) {
    TreePath at = TreePath.of(path);
    if (tree.get(at).isEmpty()) {
      missing.add(Entry.directory(at, Metadata.root(mode, timestamp), layer(image)));
    }
  }

  private void ensureDevice(
      FileTree tree, String path, int mode, Device device, List<Entry> missing) {
    TreePath at = TreePath.of(path);
    boolean parentIsOther =
        tree.get(at.parent()).filter(parent -> !parent.isDirectory()).isPresent();
    if (!parentIsOther && tree.get(at).isEmpty()) {
      missing.add(
          Entry.device(
              at, Type.CHARACTER_DEVICE, Metadata.root(mode, timestamp), device, layer(image)));
    }
  }
}
