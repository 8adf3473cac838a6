package dev.diskless.difference;

import dev.diskless.bundle.ManifestEntry;
import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.util.ArrayList;
import java.util.List;
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
   */
  record Layer(NavigableMap<TreePath, ManifestEntry> entries, Set<TreePath> deleted) {

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

  /**
   * @param layers the uppermost first
   */
  RootTree(List<Layer> layers) {
    this.layers = List.copyOf(layers);
  }

  /**
   * @return null where there is nothing
   */
  ManifestEntry get(TreePath path) {
    for (Layer layer : layers) {
      ManifestEntry entry = layer.entries().get(path);
      if (entry != null) {
        return entry;
      }
      if (layer.hides(path)) {
        return null;
      }
    }
    return null;
  }

  /** All paths of all layers. */
  Set<TreePath> paths() {
    Set<TreePath> paths = new TreeSet<>();
    layers.forEach(l -> paths.addAll(l.entries().keySet()));
    return paths;
  }

  /** Whether only some users can read a file: by its own mode, or by that of a folder above. */
  boolean isPrivate(TreePath path, ManifestEntry entry) {
    if ((entry.mode() & 04) == 0) {
      return true;
    }
    for (TreePath at = path; !at.isRoot(); ) {
      at = at.parent();
      ManifestEntry folder = get(at);
      if (folder != null && folder.type() == Entry.Type.DIRECTORY && (folder.mode() & 01) == 0) {
        return true;
      }
    }
    return false;
  }
}
