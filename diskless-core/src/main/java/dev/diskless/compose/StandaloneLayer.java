package dev.diskless.compose;

import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreePath;

/**
 * A difference that can be a separate directory, which overlayfs or tar puts over another
 * directory. It contains all parent directories of its entries, with the attributes of the finished
 * tree. Both programs take owner and mode of a directory from the upper layer.
 */
public final class StandaloneLayer {

  private StandaloneLayer() {}

  /**
   * @param name of the layer, {@code groups/<name>} or {@code nodes/<name>}
   * @param upper the finished tree
   * @param lower the tree that it was made from
   */
  public static Layer of(String name, FileTree upper, FileTree lower) {
    Layer difference = upper.difference(name, lower);
    Layer.Builder standalone = Layer.builder(name);
    addDirectories(TreePath.ROOT, upper, standalone);
    for (Entry entry : difference.entries()) {
      addDirectories(entry.path().parentOrRoot(), upper, standalone);
    }
    for (TreePath path : difference.deleted()) {
      addDirectories(path.parentOrRoot(), upper, standalone);
      standalone.delete(path);
    }
    difference.entries().forEach(standalone::add);
    return standalone.build();
  }

  private static void addDirectories(TreePath from, FileTree tree, Layer.Builder layer) {
    TreePath path = from;
    while (!layer.has(path)) {
      tree.get(path).ifPresent(layer::add);
      if (path.isRoot()) {
        return;
      }
      path = path.parent();
    }
  }
}
