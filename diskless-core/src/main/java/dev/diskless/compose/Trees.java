package dev.diskless.compose;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.files.ProjectFiles;
import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Composes the tree of a group, and of a node, from its layers: image, rendered, all, groups, node;
 * the last one wins.
 *
 * <p>A node's tree is made from the tree of its group, so that a thousand nodes cost only their
 * differences. The tree of the group already contains the project's files for all nodes and for
 * groups. These files win over files that are rendered for a node. Therefore a rendered file is
 * left out if one of these layers contains its path.
 */
public final class Trees {

  private final Descriptor descriptor;
  private final ProjectFiles files;
  private final Problems problems;
  private final Map<String, FileTree> images;
  private final Map<String, FileTree> groups = new HashMap<>();
  private final Map<String, Set<TreePath>> overridden = new HashMap<>();
  private final Map<String, Set<TreePath>> deleted = new HashMap<>();

  /**
   * @param descriptor with the places of users
   * @param images by name
   * @param problems takes what the layers cannot do
   */
  public Trees(
      Descriptor descriptor, Map<String, FileTree> images, ProjectFiles files, Problems problems) {
    this.descriptor = descriptor;
    this.images = images;
    this.files = files;
    this.problems = problems;
  }

  /** Composes the tree of a group, without the layers of its nodes. */
  public FileTree group(Group group, Layer renderedForAll, Layer renderedForGroup)
      throws IOException {
    String image = group.image();
    FileTree imageTree = images.get(image);
    List<Layer> own = new ArrayList<>();
    own.add(files.all(image, imageTree, problems));
    for (String ancestor : group.lineage()) {
      own.add(files.group(ancestor, image, imageTree, problems));
    }
    FileTree tree = imageTree.with(renderedForAll, problems).with(renderedForGroup, problems);
    Set<TreePath> present = new HashSet<>();
    Set<TreePath> gone = new HashSet<>();
    for (Layer layer : own) {
      tree = tree.with(layer, problems);
      layer.entries().forEach(e -> present.add(e.path()));
      gone.addAll(layer.deleted());
    }
    tree = AddedUsers.merge(descriptor, group, tree, problems);
    tree = KeptPaths.of(group, tree, problems);
    overridden.put(group.name(), present);
    deleted.put(group.name(), gone);
    groups.put(group.name(), tree);
    return tree;
  }

  /**
   * Composes the tree of a node.
   *
   * @param renderedForNode after its group was composed
   */
  public FileTree node(Node node, Layer renderedForNode) throws IOException {
    Group group = node.group();
    Layer own = files.node(node.name(), group.image(), images.get(group.image()), problems);
    KeptPaths.check(group, renderedForNode, problems);
    KeptPaths.check(group, own, problems);
    FileTree tree =
        groups
            .get(group.name())
            .with(without(renderedForNode, group), problems)
            .with(own, problems);
    return AddedUsers.hasTables(own) || AddedUsers.hasTables(renderedForNode)
        ? AddedUsers.merge(descriptor, group, tree, problems)
        : tree;
  }

  private Layer without(Layer rendered, Group group) {
    Set<TreePath> present = overridden.get(group.name());
    Set<TreePath> gone = deleted.get(group.name());
    if (present.isEmpty() && gone.isEmpty()) {
      return rendered;
    }
    Layer.Builder left = Layer.builder(rendered.name());
    rendered.ensured().forEach(left::ensure);
    rendered.deleted().forEach(left::delete);
    for (Entry entry : rendered.entries()) {
      if (!present.contains(entry.path()) && gone.stream().noneMatch(entry.path()::startsWith)) {
        left.add(entry);
      }
    }
    return left.build();
  }
}
