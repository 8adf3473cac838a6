package dev.diskless.tree;

import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The paths at which two trees differ, apart from times.
 *
 * <p>Two trees that lie over trees which were compared before are compared at the paths of their
 * layers only: see {@link #over}. A thousand nodes cost what they have for themselves.
 */
public final class TreeDiff {

  private final FileTree before;
  private final FileTree after;
  private final boolean areHardLinksKnown;

  /** Paths at which these trees may differ otherwise than the trees below them. */
  private final NavigableSet<TreePath> examined = new TreeSet<>();

  private final NavigableSet<TreePath> different = new TreeSet<>();

  /**
   * A path at which two trees differ.
   *
   * @param path of the entry
   * @param before the entry before; empty if it was added
   * @param after the entry after; empty if it was removed
   * @param linksBefore other names that the file had; empty if hard links are not compared
   * @param linksAfter other names that the file has
   */
  public record Change(
      TreePath path,
      Optional<Entry> before,
      Optional<Entry> after,
      Set<TreePath> linksBefore,
      Set<TreePath> linksAfter) {

    /** Whether both entries are files, and their contents differ. */
    public boolean isOtherContent() {
      return before.isPresent()
          && after.isPresent()
          && before.get().isFile()
          && after.get().isFile()
          && !before.get().hasSameContent(after.get());
    }
  }

  private TreeDiff(FileTree before, FileTree after, boolean areHardLinksKnown) {
    this.before = before;
    this.after = after;
    this.areHardLinksKnown = areHardLinksKnown;
  }

  /**
   * Compares all paths of two trees.
   *
   * @param areHardLinksKnown whether hard links are compared; false if one of the trees does not
   *     record them
   */
  public static TreeDiff of(FileTree before, FileTree after, boolean areHardLinksKnown) {
    TreeDiff diff = new TreeDiff(before, after, areHardLinksKnown);
    if (before == after) {
      return diff;
    }
    Iterator<Entry> olds = before.iterator();
    Iterator<Entry> news = after.iterator();
    Entry old = next(olds);
    Entry now = next(news);
    while (old != null || now != null) {
      int order = old == null ? 1 : now == null ? -1 : old.path().compareTo(now.path());
      if (order < 0) {
        diff.different.add(old.path());
      } else if (order > 0) {
        diff.different.add(now.path());
      } else if (diff.isDifferent(old, now)) {
        diff.different.add(old.path());
      }
      old = order <= 0 ? next(olds) : old;
      now = order >= 0 ? next(news) : now;
    }
    return diff;
  }

  private static Entry next(Iterator<Entry> entries) {
    return entries.hasNext() ? entries.next() : null;
  }

  /**
   * Compares two trees that {@link FileTree#with} made from the trees of this comparison.
   *
   * @throws IllegalArgumentException if they are made from other trees
   */
  public TreeDiff over(FileTree upperBefore, FileTree upperAfter) {
    TreeDiff diff = new TreeDiff(upperBefore, upperAfter, areHardLinksKnown);
    if (upperBefore == upperAfter) {
      return diff;
    }
    addOwn(diff, upperBefore.own(before), upperAfter.own(after));
    addOwn(diff, upperAfter.own(after), upperBefore.own(before));
    addRemoved(diff, upperBefore.removed(before), upperAfter.removed(after));
    addRemoved(diff, upperAfter.removed(after), upperBefore.removed(before));
    if (areHardLinksKnown) {
      // What happens to one name can change the links of the others.
      for (TreePath path : List.copyOf(diff.examined)) {
        diff.examined.addAll(before.hardLinks(path));
        diff.examined.addAll(after.hardLinks(path));
      }
    }
    for (TreePath path : diff.examined) {
      Entry old = upperBefore.get(path).orElse(null);
      Entry now = upperAfter.get(path).orElse(null);
      if (old == null || now == null ? old != now : diff.isDifferent(old, now)) {
        diff.different.add(path);
      }
    }
    return diff;
  }

  private void addOwn(TreeDiff diff, Map<TreePath, Entry> entries, Map<TreePath, Entry> other) {
    entries.forEach(
        (path, entry) -> {
          Entry there = other.get(path);
          if (there == null || !entry.equalsIgnoringTime(there) || different.contains(path)) {
            diff.examined.add(path);
          }
        });
  }

  private void addRemoved(TreeDiff diff, Set<TreePath> removed, Set<TreePath> byOther) {
    for (TreePath top : removed) {
      if (byOther.contains(top)) {
        for (TreePath path : different.tailSet(top, true)) {
          if (!path.startsWith(top)) {
            break;
          }
          diff.examined.add(path);
        }
      } else {
        before.below(top).forEachRemaining(e -> diff.examined.add(e.path()));
        after.below(top).forEachRemaining(e -> diff.examined.add(e.path()));
      }
    }
  }

  private boolean isDifferent(Entry old, Entry now) {
    if (!old.equalsIgnoringTime(now)) {
      return true;
    }
    boolean isLinked = old.inode() != Entry.SINGLE || now.inode() != Entry.SINGLE;
    return areHardLinksKnown
        && isLinked
        && !hardLinks(old.path(), before, after).equals(hardLinks(now.path(), after, before));
  }

  /**
   * Returns the other names of a file. If the other tree has a file at the path, its missing names
   * are left out, because the comparison reports them as added or removed.
   */
  private static Set<TreePath> hardLinks(TreePath path, FileTree tree, FileTree other) {
    Set<TreePath> names = tree.hardLinks(path);
    if (names.isEmpty() || !isFile(other, path)) {
      return names;
    }
    Set<TreePath> inBoth = new HashSet<>(names);
    inBoth.removeIf(n -> !isFile(other, n));
    return inBoth;
  }

  private static boolean isFile(FileTree tree, TreePath path) {
    return tree.get(path).filter(Entry::isFile).isPresent();
  }

  /**
   * Returns the paths that differ. For trees that lie over others these are the paths that differ
   * because of the layers.
   */
  public NavigableSet<TreePath> different() {
    return Collections.unmodifiableNavigableSet(different);
  }

  /**
   * Returns the paths to which the result of the comparison below does not apply, because a layer
   * adds or removes an entry.
   */
  public Set<TreePath> examined() {
    return Collections.unmodifiableSet(examined);
  }

  /**
   * Returns this comparison together with the comparison of the trees below: all paths that differ.
   *
   * @param lower the comparison that made this one
   */
  public TreeDiff including(TreeDiff lower) {
    TreeDiff all = new TreeDiff(before, after, areHardLinksKnown);
    all.different.addAll(lower.different);
    all.different.removeAll(examined);
    all.different.addAll(different);
    return all;
  }

  /** The tree before. */
  public FileTree before() {
    return before;
  }

  /** The tree after. */
  public FileTree after() {
    return after;
  }

  /** Describes a path, whether it differs or not. */
  public Change change(TreePath path) {
    return new Change(
        path,
        before.get(path),
        after.get(path),
        areHardLinksKnown ? hardLinks(path, before, after) : Set.of(),
        areHardLinksKnown ? hardLinks(path, after, before) : Set.of());
  }
}
