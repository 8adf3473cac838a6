package dev.diskless.fleet;

import dev.diskless.master.TreeOfNode;
import dev.diskless.model.Cluster;
import java.util.List;
import java.util.Objects;

/**
 * A node that something may be done on.
 *
 * @param name of the node
 * @param address that it is reached by
 * @param group the name of its group
 * @param lineage the names of all groups that it is of, its own among them
 * @param root the root mode's keyword
 */
public record Target(String name, String address, String group, List<String> lineage, String root) {

  public Target {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(group, "group");
    lineage = List.copyOf(lineage);
    Objects.requireNonNull(root, "root");
  }

  /** The nodes of a descriptor. */
  public static List<Target> of(Cluster cluster) {
    return cluster.nodes().stream()
        .map(
            node ->
                new Target(
                    node.name(),
                    node.address().toString(),
                    node.group().name(),
                    node.group().lineage(),
                    node.group().root().keyword()))
        .toList();
  }

  /** The nodes of a release. */
  public static List<Target> of(List<TreeOfNode> trees) {
    return trees.stream()
        .map(
            tree ->
                new Target(
                    tree.node(), tree.address(), tree.group(), List.of(tree.group()), tree.root()))
        .toList();
  }
}
