package dev.diskless.master;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.bundle.ManifestSections;
import dev.diskless.bundle.RecordedTrees;
import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.RawPaths;
import dev.diskless.tree.RecordedContent;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Original contents of the private trees of a release, from its manifest and its secrets. */
final class InstalledTrees {

  private final Path release;
  private final boolean hasHardLinks;
  private final RecordedTrees trees;
  private final Map<String, FileTree> groups = new HashMap<>();

  private InstalledTrees(Path release, RecordedTrees trees) throws IOException {
    this.release = release;
    this.trees = trees;
    this.hasHardLinks = hasHardLinks(release);
  }

  private static boolean hasHardLinks(Path release) throws IOException {
    try {
      String bundle = Files.readString(release.resolve(BundleLayout.BUNDLE.raw()));
      return BundleLayout.hasHardLinks(JsonMapper.shared().readTree(bundle).path("format").asInt());
    } catch (NoSuchFileException | JacksonException damaged) {
      throw new ProblemException(
          Problem.error(
              "%s of release %s is missing or damaged"
                  .formatted(BundleLayout.BUNDLE, release.getFileName()),
              "activate the release again"),
          damaged);
    }
  }

  /** Whether it is known which names are one file; releases of format 1 do not record it. */
  boolean hasHardLinks() {
    return hasHardLinks;
  }

  /**
   * Reads the manifest of a release.
   *
   * @throws ProblemException if it is damaged
   */
  static InstalledTrees of(Path release) throws IOException {
    Path deleted = release.resolve(BundleLayout.DELETED.raw());
    try {
      return new InstalledTrees(
          release,
          new RecordedTrees(
              new ManifestSections(
                  Files.readAllBytes(release.resolve(BundleLayout.MANIFEST.raw()))),
              Files.exists(deleted) ? Files.readAllBytes(deleted) : new byte[0]));
    } catch (IllegalArgumentException damaged) {
      throw damaged(release, damaged);
    }
  }

  private static ProblemException damaged(Path release, IllegalArgumentException damaged) {
    return new ProblemException(
        Problem.error(
            "the manifest of release %s is damaged: %s"
                .formatted(release.getFileName(), damaged.getMessage()),
            "activate the release again"),
        damaged);
  }

  /**
   * Returns what a node's tree contained when it was made. A tree of root mode {@code shared} is a
   * part of it.
   *
   * @throws ProblemException if the manifest is damaged
   */
  FileTree of(Node node) throws IOException {
    return over(group(node.group()), node);
  }

  /**
   * Returns the tree that all nodes of a group share: the image with the layer of the group over
   * it.
   *
   * @throws ProblemException if the manifest is damaged
   */
  FileTree group(Group group) throws IOException {
    FileTree known = groups.get(group.name());
    if (known == null) {
      try {
        known =
            withLayer(
                trees.image(BundleLayout.image(group.image())), BundleLayout.group(group.name()));
      } catch (IllegalArgumentException damaged) {
        throw damaged(release, damaged);
      }
      groups.put(group.name(), known);
    }
    return known;
  }

  /**
   * Lays the layer of a node over the tree of its group.
   *
   * @throws ProblemException if the manifest is damaged
   */
  FileTree over(FileTree group, Node node) throws IOException {
    try {
      return withLayer(group, BundleLayout.node(node.name()));
    } catch (IllegalArgumentException damaged) {
      throw damaged(release, damaged);
    }
  }

  /** Returns the file of the highest layer that has a regular file at this path of a node. */
  Path file(Node node, TreePath path) {
    List<TreePath> layers =
        List.of(
            BundleLayout.node(node.name()),
            BundleLayout.group(node.group().name()),
            BundleLayout.image(node.group().image()));
    for (TreePath layer : layers) {
      Path file = release.resolve(RawPaths.path(layer.resolve(path).raw()));
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return file;
      }
    }
    throw new IllegalArgumentException(path + " is not a regular file of node " + node.name());
  }

  private FileTree withLayer(FileTree lower, TreePath folder) throws IOException {
    return RecordedTrees.over(lower, withSecrets(folder, trees.layer(folder)));
  }

  /** Returns a layer with the files that the installer added. No manifest may know them. */
  private Layer withSecrets(TreePath folder, Layer layer) throws IOException {
    Path directory = release.resolve(folder.raw());
    Set<TreePath> known = new HashSet<>();
    Layer.Builder all = Layer.builder(folder.raw());
    layer.deleted().forEach(all::delete);
    layer.ensured().forEach(all::ensure);
    for (Entry entry : layer.entries()) {
      known.add(entry.path());
      all.add(entry);
    }
    for (Entry entry : TreeFiles.read(directory)) {
      // A character device hides a path of the layers below (overlayfs).
      if (known.contains(entry.path()) || entry.type() == Entry.Type.CHARACTER_DEVICE) {
        continue;
      }
      if (entry.isDirectory()) {
        all.ensure(entry);
      } else if (entry.isFile()) {
        // A file of its own: other names that it has on the disk are not part of the tree.
        Content content =
            new RecordedContent(entry.content().size(), TreeFiles.digest(directory, entry.path()));
        all.add(entry.withContent(content).withInode(Entry.SINGLE));
      } else {
        all.add(entry);
      }
    }
    return all.build();
  }
}
