package dev.diskless.lab;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which nodes of a lab are rebooted once they are checked.
 *
 * @param all every one
 * @param names of some, where not all are
 */
public record Reboots(boolean all, Set<String> names) {

  /** No node. */
  public static final Reboots NONE = new Reboots(false, Set.of());

  public Reboots {
    names = Set.copyOf(names);
  }

  /** Reads what a user writes: {@code true}, {@code false}, or names of nodes. */
  public static Reboots parse(List<String> words) {
    Set<String> names =
        words.stream().map(String::strip).filter(w -> !w.isEmpty()).collect(Collectors.toSet());
    boolean all = names.remove("true");
    names.remove("false");
    return new Reboots(all, names);
  }

  boolean contains(Node node) {
    return all || names.contains(node.name());
  }

  /** Nodes that are named and are not there. */
  List<Problem> check(Cluster cluster) {
    return names.stream()
        .filter(n -> cluster.node(n).isEmpty())
        .sorted()
        .map(
            n ->
                Problem.error(
                    "there is no node " + n + " to reboot",
                    "write true for all nodes, or names of the descriptor, in"
                        + " -Ddiskless.boot.reboot"))
        .toList();
  }
}
