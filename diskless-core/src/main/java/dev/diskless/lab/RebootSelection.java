package dev.diskless.lab;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Nodes of a lab that are rebooted after their checks, and the way they start afterwards.
 *
 * @param all whether all nodes are rebooted
 * @param byNode the nodes that the user named; each with its way to start after the reboot, or
 *     empty for no change
 */
public record RebootSelection(boolean all, Map<String, Optional<Start>> byNode) {

  /** No reboots. */
  public static final RebootSelection NONE = new RebootSelection(false, Map.of());

  public RebootSelection {
    byNode = Map.copyOf(byNode);
  }

  /**
   * Reads what a user writes: {@code true}, {@code false}, names of nodes, or {@code node=WAY}.
   *
   * @throws ProblemException if a way to start is not valid
   */
  public static RebootSelection parse(List<String> words) {
    boolean all = false;
    Map<String, Optional<Start>> byNode = new HashMap<>();
    for (String word : words.stream().map(String::strip).filter(w -> !w.isEmpty()).toList()) {
      int equals = word.indexOf('=');
      if (word.equals("true")) {
        all = true;
      } else if (equals >= 0) {
        Start start =
            Start.of(word.substring(equals + 1).strip())
                .orElseThrow(
                    () ->
                        new ProblemException(
                            Problem.error(
                                "\"%s\" is not a valid way to start a node".formatted(word),
                                "write node=WAY in -Ddiskless.boot.reboot; a WAY is one of "
                                    + Start.KEYWORDS)));
        byNode.put(word.substring(0, equals).strip(), Optional.of(start));
      } else if (!word.equals("false")) {
        byNode.put(word, Optional.empty());
      }
    }
    return new RebootSelection(all, byNode);
  }

  boolean contains(Node node) {
    return all || byNode.containsKey(node.name());
  }

  /**
   * Returns how a node starts after its reboot.
   *
   * @param first how the node started before
   */
  Start of(Node node, Start first) {
    return byNode.getOrDefault(node.name(), Optional.empty()).orElse(first);
  }

  /**
   * Returns a problem for each named node that does not exist, and for each node that cannot start
   * as requested.
   */
  List<Problem> check(Cluster cluster) {
    List<Problem> problems = new ArrayList<>();
    byNode.keySet().stream()
        .sorted()
        .forEach(
            name ->
                cluster
                    .node(name)
                    .ifPresentOrElse(
                        node ->
                            byNode.get(name).flatMap(s -> s.refusal(node)).ifPresent(problems::add),
                        () ->
                            problems.add(
                                Problem.error(
                                    "node " + name + " does not exist",
                                    "set -Ddiskless.boot.reboot to true for all nodes, or to"
                                        + " names of the descriptor"))));
    return problems;
  }
}
