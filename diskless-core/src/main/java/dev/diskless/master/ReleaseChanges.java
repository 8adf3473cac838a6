package dev.diskless.master;

import dev.diskless.model.Node;
import dev.diskless.tree.TreeDiff;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Changes between the trees of nodes in two installed releases, for nodes that have booted the
 * first release. Trees of groups are compared once for all their nodes.
 */
public final class ReleaseChanges {

  /**
   * Changes of a node's tree. Paths that no running node changes are left out.
   *
   * @param live changes that a running node can get, by path
   * @param atBoot paths that change at the next boot
   */
  public record OfNode(Map<TreePath, TreeDiff.Change> live, NavigableSet<TreePath> atBoot) {}

  private final InstalledTrees before;
  private final InstalledTrees after;
  private final Map<String, Node> nodesBefore;
  private final Map<String, Node> nodesAfter;
  private final Map<List<String>, TreeDiff> groups = new HashMap<>();

  ReleaseChanges(
      InstalledTrees before, InstalledTrees after, List<Node> nodesBefore, List<Node> nodesAfter) {
    this.before = before;
    this.after = after;
    this.nodesBefore = byName(nodesBefore);
    this.nodesAfter = byName(nodesAfter);
  }

  private static Map<String, Node> byName(List<Node> nodes) {
    return nodes.stream().collect(Collectors.toMap(Node::name, Function.identity()));
  }

  /**
   * Compares the trees of a node.
   *
   * @return empty if a release does not contain the node
   */
  public Optional<OfNode> of(String name) throws IOException {
    Node old = nodesBefore.get(name);
    Node now = nodesAfter.get(name);
    if (old == null || now == null) {
      return Optional.empty();
    }
    TreeDiff group = group(old, now);
    TreeDiff diff =
        group
            .over(before.over(group.before(), old), after.over(group.after(), now))
            .including(group);
    OfNode changes = new OfNode(new TreeMap<>(), new TreeSet<>());
    for (TreePath path : diff.different()) {
      TreeDiff.Change change = diff.change(path);
      if (RebootRule.isIgnored(old.group(), path)) {
        continue;
      }
      if (RebootRule.requiresReboot(old.group(), path, change.before(), change.after())) {
        changes.atBoot().add(path);
      } else {
        changes.live().put(path, change);
      }
    }
    return Optional.of(changes);
  }

  private TreeDiff group(Node old, Node now) throws IOException {
    List<String> key = List.of(old.group().name(), now.group().name());
    TreeDiff known = groups.get(key);
    if (known == null) {
      // Names of one file are separate files on a node that was refreshed.
      known = TreeDiff.of(before.group(old.group()), after.group(now.group()), false);
      groups.put(key, known);
    }
    return known;
  }

  /** Returns the file on the master with the content of a path of the first release. */
  public Path fileBefore(String node, TreePath path) {
    return before.file(nodesBefore.get(node), path);
  }

  /**
   * Returns the file on the master with the content of a path of the second release.
   *
   * @param path a regular file in the tree of the node
   */
  public Path fileAfter(String node, TreePath path) {
    return after.file(nodesAfter.get(node), path);
  }
}
