package dev.diskless.diff;

import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;

/** What a machine sees: layers over each other, of which only single paths are ever looked up. */
final class RootTree {

  /**
   * A layer.
   *
   * @param entries by path
   * @param deleted paths that it takes from the layers below it, with all that is below them
   * @param hardLinks for each name of a file that has several names in this layer, all of them
   */
  record Layer(
      NavigableMap<TreePath, Entry> entries,
      Set<TreePath> deleted,
      Map<TreePath, Set<TreePath>> hardLinks) {

    /** A layer with the hard links that its entries record. */
    static Layer of(NavigableMap<TreePath, Entry> entries, Set<TreePath> deleted) {
      Map<Long, Set<TreePath>> byFile = new HashMap<>();
      Map<TreePath, Set<TreePath>> hardLinks = new HashMap<>();
      entries.forEach(
          (path, entry) -> {
            if (entry.inode() != Entry.SINGLE) {
              Set<TreePath> names = byFile.computeIfAbsent(entry.inode(), f -> new TreeSet<>());
              names.add(path);
              hardLinks.put(path, names);
            }
          });
      return new Layer(entries, deleted, hardLinks);
    }

    /** The paths that it has at and below one. */
    List<TreePath> below(TreePath path) {
      List<TreePath> found = new ArrayList<>();
      // The order of paths puts them all right behind it.
      for (TreePath each : entries.tailMap(path, true).keySet()) {
        if (!each.startsWith(path)) {
          break;
        }
        found.add(each);
      }
      return found;
    }

    private boolean hides(TreePath path) {
      if (deleted.isEmpty()) {
        return false;
      }
      for (TreePath at = path; !at.isRoot(); at = at.parent()) {
        if (deleted.contains(at)) {
          return true;
        }
      }
      return false;
    }
  }

  private final List<Layer> layers;
  private final boolean areHardLinksKnown;

  /**
   * @param layers the uppermost first
   * @param areHardLinksKnown whether hard links are compared; false if one of the two versions does
   *     not record them
   */
  RootTree(List<Layer> layers, boolean areHardLinksKnown) {
    this.layers = List.copyOf(layers);
    this.areHardLinksKnown = areHardLinksKnown;
  }

  /**
   * @return null where there is nothing
   */
  Entry get(TreePath path) {
    for (Layer layer : layers) {
      Entry entry = layer.entries().get(path);
      if (entry != null) {
        return entry;
      }
      if (layer.hides(path)) {
        return null;
      }
    }
    return null;
  }

  private boolean hasFile(TreePath path) {
    Entry entry = get(path);
    return entry != null && entry.isFile();
  }

  /**
   * Returns the other names of the file at a path. A layer that has an entry of its own for one of
   * the names takes that name from the file.
   *
   * @param other the tree that this one is compared with. If it has a file at the path, names that
   *     it does not have are left out: they are reported as added or removed
   */
  Set<TreePath> hardLinks(TreePath path, RootTree other) {
    for (Layer layer : areHardLinksKnown ? layers : List.<Layer>of()) {
      if (layer.entries().containsKey(path)) {
        boolean isInBoth = other.hasFile(path);
        Set<TreePath> names = new TreeSet<>(layer.hardLinks().getOrDefault(path, Set.of()));
        names.removeIf(
            n ->
                n.equals(path)
                    || get(n) != layer.entries().get(n)
                    || isInBoth && !other.hasFile(n));
        return names;
      }
      if (layer.hides(path)) {
        break;
      }
    }
    return Set.of();
  }

  /** Whether a path is other than in another tree, apart from its time. */
  boolean isChanged(TreePath path, RootTree now) {
    Entry before = get(path);
    Entry after = now.get(path);
    return before == null || after == null
        ? before != after
        : !before.equalsIgnoringTime(after)
            || !hardLinks(path, now).equals(now.hardLinks(path, this));
  }

  /** All paths of all layers. */
  Set<TreePath> paths() {
    Set<TreePath> paths = new TreeSet<>();
    layers.forEach(l -> paths.addAll(l.entries().keySet()));
    return paths;
  }

  /** Whether only some users can read a file: by its own mode, or by that of a folder above. */
  boolean isPrivate(TreePath path, Entry entry) {
    if ((entry.metadata().mode() & 04) == 0) {
      return true;
    }
    for (TreePath at = path; !at.isRoot(); ) {
      at = at.parent();
      Entry folder = get(at);
      if (folder != null && folder.isDirectory() && (folder.metadata().mode() & 01) == 0) {
        return true;
      }
    }
    return false;
  }
}
