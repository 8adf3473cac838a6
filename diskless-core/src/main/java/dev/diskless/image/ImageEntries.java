package dev.diskless.image;

import static java.util.stream.Collectors.joining;

import dev.diskless.host.Progress;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.Entry.Type;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gathers the entries of an image, and makes a root file system of them that can be cloned. */
final class ImageEntries {

  private static final TreePath ETC = TreePath.of("etc");
  private static final TreePath MACHINE_ID = TreePath.of("etc/machine-id");
  private static final TreePath PROC = TreePath.of("proc");
  private static final TreePath SYS = TreePath.of("sys");
  private static final TreePath DEV = TreePath.of("dev");
  private static final TreePath CONSOLE = TreePath.of("dev/console");
  private static final TreePath NULL = TreePath.of("dev/null");
  private static final TreePath RUN = TreePath.of("run");
  private static final TreePath TMP = TreePath.of("tmp");

  /** Files that every root needs. */
  private static final Set<TreePath> NEEDED =
      Set.of(ETC, MACHINE_ID, PROC, SYS, DEV, CONSOLE, NULL, RUN, TMP);

  private final String image;
  private final Instant timestamp;
  private final boolean fromMaster;
  private final List<Entry> entries = new ArrayList<>();

  /** Entries of this image that {@link #NEEDED} lists. */
  private final Map<TreePath, Entry> needed = new HashMap<>();

  private final Map<MachineSpecificFile, Integer> leftOut =
      new EnumMap<>(MachineSpecificFile.class);

  /**
   * @param image name of the image
   * @param timestamp modification time of entries that this class adds
   * @param fromMaster whether the image is a copy of a running machine
   */
  ImageEntries(String image, Instant timestamp, boolean fromMaster) {
    this.image = image;
    this.timestamp = timestamp;
    this.fromMaster = fromMaster;
  }

  /** The layer that an image's entries come from, in words for people. */
  static String layer(String image) {
    return "image " + image;
  }

  /**
   * Returns the kind of an entry that belongs to a single machine; empty for all other entries.
   * Callers pass an entry with a kind to {@link #leaveOut} and do not open it, because an ordinary
   * user may not read secrets of a machine.
   */
  Optional<MachineSpecificFile> personal(TreePath path, Type type) {
    return MachineSpecificFile.of(path.raw(), type, fromMaster);
  }

  /** Adds an entry. */
  void add(Entry entry) {
    entries.add(entry);
    if (NEEDED.contains(entry.path())) {
      needed.put(entry.path(), entry);
    }
  }

  /**
   * Counts what is one machine's own instead of taking it.
   *
   * @param metadata of the entry
   */
  void leaveOut(TreePath path, Metadata metadata, MachineSpecificFile kind, long size) {
    if (kind == MachineSpecificFile.MACHINE_ID) {
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
      Optional<MachineSpecificFile> personal = personal(entry.path(), entry.type());
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
    ensureDirectory(PROC, 0555);
    ensureDirectory(SYS, 0555);
    ensureDirectory(DEV, 0755);
    ensureDirectory(RUN, 0755);
    ensureDirectory(TMP, 01777);
    if (needed.get(DEV).isDirectory()) {
      // A kernel without an initramfs opens /dev/console before devtmpfs is mounted.
      ensureDevice(CONSOLE, 0600, new Device(5, 1));
      ensureDevice(NULL, 0666, new Device(1, 3));
    }
    if (needed.containsKey(ETC)
        && needed.get(ETC).isDirectory()
        && !needed.containsKey(MACHINE_ID)) {
      add(emptyMachineId(0444));
    }
    if (!leftOut.isEmpty()) {
      progress.say(
          "image %s: not copied: %s"
              .formatted(
                  image,
                  leftOut.entrySet().stream()
                      .map(e -> e.getKey().count(e.getValue()))
                      .collect(joining(", "))));
    }
    return FileTree.of(entries);
  }

  private void ensureDirectory(TreePath path, int mode) {
    if (!needed.containsKey(path)) {
      add(Entry.directory(path, Metadata.root(mode, timestamp), layer(image)));
    }
  }

  private void ensureDevice(TreePath path, int mode, Device device) {
    if (!needed.containsKey(path)) {
      add(
          Entry.device(
              path, Type.CHARACTER_DEVICE, Metadata.root(mode, timestamp), device, layer(image)));
    }
  }
}
