package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreePath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The root trees of a bundle or a release, as its manifest and {@link BundleLayout#DELETED} record
 * them. Content cannot be opened.
 */
public final class RecordedTrees {

  private final ManifestSections manifest;
  private final Map<String, Set<TreePath>> deleted = new HashMap<>();

  /**
   * @param deleted the file {@link BundleLayout#DELETED}
   * @throws IllegalArgumentException if a line of that file is damaged
   */
  public RecordedTrees(ManifestSections manifest, byte[] deleted) {
    this.manifest = manifest;
    new String(deleted, ISO_8859_1).lines().forEach(this::readDeleted);
  }

  private void readDeleted(String line) {
    String[] parts = line.split("\t", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not a line of deleted paths: " + line);
    }
    deleted.computeIfAbsent(parts[0], f -> new HashSet<>()).add(TreePath.ofRaw(parts[2]));
  }

  /**
   * Reads the tree of an image. The caller keeps it if it is needed again.
   *
   * @param folder of the image
   * @throws IllegalArgumentException if the manifest is damaged
   */
  public FileTree image(TreePath folder) {
    return FileTree.of(manifest.entries(folder.raw()).values());
  }

  /**
   * Reads the layer of a group or node.
   *
   * @param folder of the group or node
   * @throws IllegalArgumentException if the manifest is damaged
   */
  public Layer layer(TreePath folder) {
    Layer.Builder layer = Layer.builder(folder.raw());
    manifest.entries(folder.raw()).values().forEach(layer::add);
    deleted.getOrDefault(folder.raw(), Set.of()).forEach(layer::delete);
    return layer.build();
  }

  /**
   * Lays the layer of a group or node over a tree.
   *
   * @param folder of the group or node
   * @throws IllegalArgumentException if the manifest is damaged, or the layer does not fit the tree
   */
  public FileTree over(FileTree lower, TreePath folder) {
    return over(lower, layer(folder));
  }

  /**
   * Lays a layer over a tree.
   *
   * @throws IllegalArgumentException if the layer does not fit the tree
   */
  public static FileTree over(FileTree lower, Layer layer) {
    Problems problems = new Problems();
    FileTree tree = lower.with(layer, problems);
    if (problems.hasErrors()) {
      throw new IllegalArgumentException(
          problems.all().stream().filter(Problem::isError).findFirst().orElseThrow().message());
    }
    return tree;
  }

  /** Whether two folders have the same lines, and delete the same paths. */
  public boolean isSame(TreePath folder, RecordedTrees other) {
    return manifest.isSame(folder.raw(), other.manifest)
        && deleted
            .getOrDefault(folder.raw(), Set.of())
            .equals(other.deleted.getOrDefault(folder.raw(), Set.of()));
  }
}
