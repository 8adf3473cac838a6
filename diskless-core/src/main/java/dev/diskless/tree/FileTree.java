package dev.diskless.tree;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An immutable file system, sorted by path, the root directory first.
 *
 * <p>A tree with a layer shares the tree below it and stores only the changes of the layer. So the
 * trees of a thousand nodes need little more memory than their image.
 */
public final class FileTree implements Iterable<Entry> {

  /** Maximum number of symbolic links that Linux follows in one path (path_resolution(7)). */
  private static final int MAX_LINKS = 40;

  private final FileTree base;

  /** All entries of a tree without a base; null for a tree with a base. */
  private final Entry[] sorted;

  /** Entries that differ from the base. */
  private final NavigableMap<TreePath, Entry> changed;

  /** Paths of the base that this tree does not contain, with everything below them. */
  private final NavigableSet<TreePath> removed;

  /** Entries of this layer that are names of the same file, by inode; null until it is needed. */
  private Map<Long, List<Entry>> linked;

  private FileTree(
      FileTree base,
      Entry[] sorted,
      NavigableMap<TreePath, Entry> changed,
      NavigableSet<TreePath> removed) {
    this.base = base;
    this.sorted = sorted;
    this.changed = changed;
    this.removed = removed;
  }

  /**
   * Returns a tree of entries. Missing parent directories are created: owned by root, mode 0755,
   * with the time of the entry.
   *
   * @throws IllegalArgumentException if a path exists twice, or if the parent of an entry is not a
   *     directory
   */
  public static FileTree of(Collection<Entry> entries) {
    Entry[] given = entries.toArray(Entry[]::new);
    Arrays.sort(given, Comparator.comparing(Entry::path));
    List<Entry> all = new ArrayList<>(given.length + 8);
    Deque<Entry> open = new ArrayDeque<>();
    for (Entry entry : given) {
      if (!all.isEmpty() && all.get(all.size() - 1).path().equals(entry.path())) {
        throw new IllegalArgumentException("twice in one tree: " + entry.path());
      }
      while (!open.isEmpty() && !entry.path().startsWith(open.peek().path())) {
        open.pop();
      }
      addParents(entry, open, all);
      all.add(entry);
      open.push(entry);
    }
    if (all.isEmpty()) {
      all.add(implied(TreePath.ROOT, Instant.EPOCH, "empty"));
    }
    return new FileTree(null, all.toArray(Entry[]::new), new TreeMap<>(), new TreeSet<>());
  }

  private static void addParents(Entry entry, Deque<Entry> open, List<Entry> all) {
    if (entry.path().isRoot()) {
      return;
    }
    Deque<TreePath> missing = new ArrayDeque<>();
    TreePath parent = entry.path().parent();
    while (open.isEmpty() || !open.peek().path().equals(parent)) {
      missing.push(parent);
      if (parent.isRoot()) {
        break;
      }
      parent = parent.parent();
    }
    if (!open.isEmpty() && !open.peek().isDirectory()) {
      throw new IllegalArgumentException(
          entry.path() + " lies below " + open.peek().path() + ", which is not a directory");
    }
    for (TreePath path : missing) {
      Entry made = implied(path, entry.metadata().mtime(), entry.layer());
      all.add(made);
      open.push(made);
    }
  }

  private static Entry implied(TreePath path, Instant mtime, String layer) {
    return Entry.directory(path, Metadata.root(0755, mtime), layer);
  }

  /** The entry of exactly that path, links not followed. */
  public Optional<Entry> get(TreePath path) {
    return Optional.ofNullable(find(path));
  }

  private Entry find(TreePath path) {
    if (base == null) {
      return findSorted(path);
    }
    Entry own = changed.get(path);
    if (own != null) {
      return own;
    }
    return isRemoved(path) ? null : base.find(path);
  }

  private Entry findSorted(TreePath path) {
    int low = 0;
    int high = sorted.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = sorted[middle].path().compareTo(path);
      if (order == 0) {
        return sorted[middle];
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  /**
   * Returns the other names of the file at a path. A layer that has an entry of its own for one of
   * the names takes that name from the file.
   */
  public Set<TreePath> hardLinks(TreePath path) {
    FileTree level = this;
    while (level.base != null && !level.changed.containsKey(path)) {
      if (level.isRemoved(path)) {
        return Set.of();
      }
      level = level.base;
    }
    Entry entry = level.find(path);
    if (entry == null || entry.inode() == Entry.SINGLE) {
      return Set.of();
    }
    Set<TreePath> names = new HashSet<>();
    for (Entry name : level.linked().get(entry.inode())) {
      if (name != entry && find(name.path()) == name) {
        names.add(name.path());
      }
    }
    return names;
  }

  private Map<Long, List<Entry>> linked() {
    if (linked == null) {
      Map<Long, List<Entry>> byFile = new HashMap<>();
      for (Entry entry : base == null ? Arrays.asList(sorted) : changed.values()) {
        if (entry.inode() != Entry.SINGLE) {
          byFile.computeIfAbsent(entry.inode(), f -> new ArrayList<>()).add(entry);
        }
      }
      linked = Map.copyOf(byFile);
    }
    return linked;
  }

  /**
   * The entries of the layer that made this tree from another.
   *
   * @throws IllegalArgumentException if it was made from a third tree
   */
  NavigableMap<TreePath, Entry> own(FileTree lower) {
    return isMadeFrom(lower) ? changed : new TreeMap<>();
  }

  /** The paths that the layer takes from the tree below. */
  Set<TreePath> removed(FileTree lower) {
    return isMadeFrom(lower) ? removed : Set.of();
  }

  private boolean isMadeFrom(FileTree lower) {
    if (this != lower && base != lower) {
      throw new IllegalArgumentException("not made from that tree by one layer");
    }
    return this != lower;
  }

  private boolean isRemoved(TreePath path) {
    if (removed.isEmpty()) {
      return false;
    }
    // Whatever of the removed paths lies above this one is its ancestor or sorts next before it.
    TreePath above = path;
    while (true) {
      if (removed.contains(above)) {
        return true;
      }
      if (above.isRoot()) {
        return false;
      }
      above = above.parent();
    }
  }

  /**
   * Returns the entry that a process with this tree as its root would reach by a path. Symbolic
   * links are followed inside the tree.
   *
   * @return empty if the path does not exist, or if its links form a loop
   */
  public Optional<Entry> resolve(TreePath path) {
    Deque<String> ahead = new ArrayDeque<>(names(path.raw()));
    TreePath here = TreePath.ROOT;
    int links = 0;
    while (!ahead.isEmpty()) {
      String name = ahead.pop();
      if (name.equals("..")) {
        here = here.isRoot() ? here : here.parent();
        continue;
      }
      Entry next = find(here.resolve(TreePath.ofRaw(name)));
      if (next == null) {
        return Optional.empty();
      }
      if (!next.isSymlink()) {
        if (!next.isDirectory() && !ahead.isEmpty()) {
          return Optional.empty();
        }
        here = next.path();
        continue;
      }
      if (++links > MAX_LINKS) {
        return Optional.empty();
      }
      String target = next.rawTarget();
      if (target.startsWith("/")) {
        here = TreePath.ROOT;
      }
      List<String> names = names(target);
      for (int i = names.size() - 1; i >= 0; i--) {
        ahead.push(names.get(i));
      }
    }
    return get(here);
  }

  private static List<String> names(String raw) {
    return Arrays.stream(raw.split("/")).filter(n -> !n.isEmpty() && !n.equals(".")).toList();
  }

  /** The tree at and below a path, in order; nothing where there is no such entry. */
  public Iterator<Entry> below(TreePath top) {
    return top.isRoot() ? iterator() : iteratorFrom(top);
  }

  @Override
  public Iterator<Entry> iterator() {
    return iteratorFrom(TreePath.ROOT);
  }

  private Iterator<Entry> iteratorFrom(TreePath top) {
    if (base == null) {
      return new SortedIterator(top);
    }
    Iterator<Entry> own =
        changed.tailMap(top, true).values().stream()
            .takeWhile(e -> e.path().startsWith(top))
            .iterator();
    return new MergedIterator(base.iteratorFrom(top), own);
  }

  /** The number of entries, the root among them. */
  public int size() {
    if (base == null) {
      return sorted.length;
    }
    int count = 0;
    for (Iterator<Entry> all = iterator(); all.hasNext(); all.next()) {
      count++;
    }
    return count;
  }

  /**
   * Returns this tree with the changes of a layer. Paths that the layer deletes are removed first.
   * Directories of the same path are merged. Missing parents are created as by {@link #of}.
   *
   * @param problems receives an error for each entry that cannot be added: below a symbolic link,
   *     or in place of an entry of another type. These entries are left out.
   */
  public FileTree with(Layer layer, Problems problems) {
    if (layer.isEmpty()) {
      return this;
    }
    NavigableMap<TreePath, Entry> newChanged = new TreeMap<>();
    NavigableSet<TreePath> newRemoved = new TreeSet<>();
    FileTree result = new FileTree(this, null, newChanged, newRemoved);
    for (TreePath path : layer.deleted()) {
      if (result.find(path) == null) {
        problems.add(
            Problem.warning(
                layer.name() + " deletes " + path + ", which does not exist",
                "remove the deletion, or correct its path"));
      } else {
        newRemoved.add(path);
      }
    }
    for (Entry directory : layer.ensured()) {
      Entry there = result.find(directory.path());
      if (there == null || !there.isDirectory()) {
        result.put(directory, layer, problems);
      }
    }
    for (Entry entry : layer.entries()) {
      result.put(entry, layer, problems);
    }
    return result;
  }

  /** Only while the tree is made. */
  private void put(Entry entry, Layer layer, Problems problems) {
    List<Entry> made = new ArrayList<>();
    for (TreePath parent = entry.path();
        !parent.isRoot() && !(parent = parent.parent()).isRoot(); ) {
      Entry there = find(parent);
      if (there == null) {
        made.add(implied(parent, entry.metadata().mtime(), layer.name()));
      } else if (!there.isDirectory()) {
        problems.add(notADirectory(entry, there));
        return;
      } else {
        break;
      }
    }
    Entry there = find(entry.path());
    if (there != null && there.isDirectory() != entry.isDirectory()) {
      problems.add(otherKind(entry, there));
      return;
    }
    for (Entry parent : made) {
      changed.put(parent.path(), parent);
    }
    changed.put(entry.path(), entry);
  }

  private Problem notADirectory(Entry entry, Entry there) {
    String rest = entry.path().relativeTo(there.path()).toString();
    if (there.isSymlink()) {
      Optional<Entry> real = resolve(there.path()).filter(Entry::isDirectory);
      return Problem.error(
          ("%s would replace the symbolic link %s -> %s of %s by a directory, and hide the"
                  + " target of the link")
              .formatted(entry.layer(), there.path(), there.displayTarget(), there.layer()),
          real.map(r -> "put it at " + r.path() + rest)
              .orElse("delete the link in the layer first if this is intended"));
    }
    return Problem.error(
        "%s has %s, but %s of %s is not a directory"
            .formatted(entry.layer(), entry.path(), there.path(), there.layer()),
        "put it elsewhere, or delete " + there.path() + " in the layer first");
  }

  private Problem otherKind(Entry entry, Entry there) {
    if (there.isSymlink()) {
      return notADirectory(entry, there);
    }
    return there.isDirectory()
        ? Problem.error(
            "%s would replace the directory %s of %s, and everything in it, by a %s"
                .formatted(entry.layer(), there.path(), there.layer(), word(entry)),
            "delete the directory in the layer first if this is intended")
        : Problem.error(
            "%s would replace the %s %s of %s by a directory"
                .formatted(entry.layer(), word(there), there.path(), there.layer()),
            "delete it in the layer first if this is intended");
  }

  private static String word(Entry entry) {
    return switch (entry.type()) {
      case FILE -> "file";
      case DIRECTORY -> "directory";
      case SYMLINK -> "symbolic link";
      case CHARACTER_DEVICE, BLOCK_DEVICE -> "device";
      case FIFO -> "fifo";
      case SOCKET -> "socket";
    };
  }

  /**
   * Returns the layer that turns an ancestor into this tree. The layer adds new and different
   * entries, and deletes missing paths (only the topmost directory). If a directory replaces
   * another type of entry, or the reverse, the layer both deletes and adds the path.
   *
   * @param name the name of the layer
   * @param ancestor the tree from which this tree was made by {@link #with}
   */
  public Layer difference(String name, FileTree ancestor) {
    NavigableSet<TreePath> candidates = new TreeSet<>();
    NavigableSet<TreePath> gone = new TreeSet<>();
    for (FileTree tree = this; tree != ancestor; tree = tree.base) {
      if (tree.base == null) {
        throw new IllegalArgumentException("not made from that tree");
      }
      candidates.addAll(tree.changed.keySet());
      gone.addAll(tree.removed);
    }
    Layer.Builder difference = Layer.builder(name);
    NavigableSet<TreePath> deleted = new TreeSet<>();
    for (TreePath path : candidates) {
      Entry now = find(path);
      Entry before = ancestor.find(path);
      if (now != null && (before == null || !now.looksLike(before))) {
        difference.add(now);
        if (before != null && before.isDirectory() != now.isDirectory()) {
          difference.delete(path);
          deleted.add(path);
        }
      }
    }
    TreePath last = null;
    for (TreePath top : gone) {
      if (last != null && top.startsWith(last)) {
        continue;
      }
      for (Iterator<Entry> old = ancestor.below(top); old.hasNext(); ) {
        TreePath path = old.next().path();
        if (deleted.contains(path)) {
          last = path;
        } else if ((last == null || !path.startsWith(last)) && find(path) == null) {
          difference.delete(path);
          last = path;
        }
      }
    }
    return difference.build();
  }

  private final class SortedIterator implements Iterator<Entry> {

    private final TreePath top;
    private int next;

    SortedIterator(TreePath top) {
      this.top = top;
      int low = 0;
      int high = sorted.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (sorted[middle].path().compareTo(top) < 0) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      this.next = low;
    }

    @Override
    public boolean hasNext() {
      return next < sorted.length && sorted[next].path().startsWith(top);
    }

    @Override
    public Entry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return sorted[next++];
    }
  }

  private final class MergedIterator implements Iterator<Entry> {

    private final Iterator<Entry> older;
    private final Iterator<Entry> newer;
    private Entry old;
    private Entry own;

    MergedIterator(Iterator<Entry> older, Iterator<Entry> newer) {
      this.older = older;
      this.newer = newer;
      this.own = newer.hasNext() ? newer.next() : null;
      advanceOld();
    }

    private void advanceOld() {
      do {
        old = older.hasNext() ? older.next() : null;
      } while (old != null && (isRemoved(old.path()) || changed.containsKey(old.path())));
    }

    @Override
    public boolean hasNext() {
      return old != null || own != null;
    }

    @Override
    public Entry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Entry next;
      if (own == null || old != null && old.path().compareTo(own.path()) < 0) {
        next = old;
        advanceOld();
      } else {
        next = own;
        own = newer.hasNext() ? newer.next() : null;
      }
      return next;
    }
  }
}
