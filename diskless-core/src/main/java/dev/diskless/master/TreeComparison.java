package dev.diskless.master;

import dev.diskless.problem.Problems;
import dev.diskless.tree.Attributes;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.RecordedContent;
import dev.diskless.tree.TreeDiff;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Compares a tree on the disk with the tree that it was made as. Extended attributes and device
 * numbers are not compared.
 */
final class TreeComparison {

  /** Name that an NFS client gives to a file that is removed while it is open. */
  private static final Pattern SILLY = Pattern.compile("(.*/)?\\.nfs[0-9a-f]{16,}");

  private final Optional<NodeFiles> tree;
  private final List<TreePath> folders;
  private final List<TreePath> ignored;
  private final boolean thorough;
  private final boolean hasHardLinks;

  /**
   * @param tree empty if the node's tree is missing; then everything was removed
   * @param folders the folders that the tree consists of; all folders if the list is empty
   * @param ignored absolute paths on the node
   * @param thorough whether the content of each file is read, and not only of files whose time
   *     differs
   * @param hasHardLinks whether it is known which names were one file
   */
  TreeComparison(
      Optional<NodeFiles> tree,
      List<String> folders,
      List<String> ignored,
      boolean thorough,
      boolean hasHardLinks) {
    this.tree = tree;
    this.folders = folders.stream().map(TreePath::of).toList();
    this.ignored = ignored.stream().map(TreePath::of).toList();
    this.thorough = thorough;
    this.hasHardLinks = hasHardLinks;
  }

  /** Returns the differences from the tree as it was made, by path. */
  List<Change> with(FileTree made) throws IOException {
    TreeDiff diff = TreeDiff.of(made, found(made), hasHardLinks);
    List<Change> changes = new ArrayList<>();
    NavigableMap<TreePath, Entry> added = new TreeMap<>();
    NavigableMap<TreePath, Entry> removed = new TreeMap<>();
    for (TreePath path : diff.different()) {
      if (!isCompared(path)) {
        continue;
      }
      TreeDiff.Change change = diff.change(path);
      if (change.before().isEmpty()) {
        added.put(path, change.after().orElseThrow());
      } else if (change.after().isEmpty()) {
        removed.put(path, change.before().orElseThrow());
      } else {
        changes.add(new Change(Change.Kind.CHANGED, path.toString(), detail(change)));
      }
    }
    fold(Change.Kind.ADDED, added, changes);
    fold(Change.Kind.REMOVED, removed, changes);
    changes.sort(null);
    return changes;
  }

  private static String detail(TreeDiff.Change change) {
    Attributes before = Attributes.of(change.before().orElseThrow(), change.linksBefore(), false);
    Attributes after = Attributes.of(change.after().orElseThrow(), change.linksAfter(), false);
    List<String> details = new ArrayList<>(before.changesTo(after));
    if (!before.type().equals(after.type())) {
      return details.get(0);
    }
    if (change.isOtherContent()) {
      details.add(0, "content");
    }
    return String.join(", ", details);
  }

  /** Adds a change for each top path, which includes the paths below it. */
  private static void fold(
      Change.Kind kind, NavigableMap<TreePath, Entry> paths, List<Change> changes) {
    TreePath top = null;
    for (TreePath path : paths.keySet()) {
      if (top != null && path.startsWith(top)) {
        continue;
      }
      top = path;
      long below =
          paths.tailMap(path, false).keySet().stream().takeWhile(p -> p.startsWith(path)).count();
      changes.add(new Change(kind, path.toString(), below == 0 ? "" : "and " + below + " below"));
    }
  }

  private boolean isCompared(TreePath path) {
    return !path.isRoot()
        && (folders.isEmpty() || folders.stream().anyMatch(path::startsWith))
        && ignored.stream().noneMatch(path::startsWith)
        && !SILLY.matcher(path.raw()).matches();
  }

  /**
   * Reads the tree on the disk. A node can change it at the same time: an entry whose directory is
   * not a directory any more is left out.
   */
  private FileTree found(FileTree made) throws IOException {
    List<Entry> entries =
        new ArrayList<>(tree.isPresent() ? TreeFiles.read(tree.get()) : List.of());
    entries.removeIf(e -> !isCompared(e.path()));
    Set<String> unsure = new HashSet<>();
    Set<String> sparse = new HashSet<>();
    for (Entry entry : entries) {
      made.get(entry.path())
          .filter(m -> isUnsure(entry, m))
          .ifPresent(m -> (hasSparseDigest(m) ? sparse : unsure).add(m.path().raw()));
    }
    Map<String, Digest> digests = new HashMap<>();
    if (tree.isPresent()) {
      digests.putAll(tree.get().digests(unsure, false));
      digests.putAll(tree.get().digests(sparse, true));
    }
    unsure.addAll(sparse);
    Layer.Builder found = Layer.builder("disk");
    for (Entry entry : entries) {
      String path = entry.path().raw();
      Optional<Digest> digest = Optional.ofNullable(digests.get(path));
      found.add(
          made.get(entry.path())
              .filter(m -> m.type() == entry.type())
              .map(m -> completed(entry, m, unsure.contains(path), digest))
              .orElse(entry));
    }
    return FileTree.of(List.of()).with(found.build(), new Problems());
  }

  private static boolean hasSparseDigest(Entry made) {
    return made.content().digest().map(Digest::isSparse).orElse(false);
  }

  /** Whether the content must be read: the size is the same, and the content can be known. */
  private boolean isUnsure(Entry found, Entry made) {
    return made.isFile()
        && found.isFile()
        && made.content().size() == found.content().size()
        && made.content().digest().isPresent()
        && (thorough
            || made.metadata().mtime().getEpochSecond()
                != found.metadata().mtime().getEpochSecond());
  }

  /** An entry with the attributes and the content that were not read, as they were made. */
  private static Entry completed(Entry found, Entry made, boolean isRead, Optional<Digest> digest) {
    Metadata is = found.metadata();
    Metadata metadata =
        new Metadata(is.mode(), is.uid(), is.gid(), is.mtime(), made.metadata().xattrs());
    if (found.isDevice()) {
      return Entry.device(found.path(), found.type(), metadata, made.device(), found.layer());
    }
    Entry entry = found.withMetadata(metadata);
    if (isRead) {
      return entry.withContent(new RecordedContent(found.content().size(), digest));
    }
    return found.isFile() && found.content().size() == made.content().size()
        ? entry.withContent(made.content())
        : entry;
  }
}
