package dev.diskless.lab;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ways in which the nodes of a lab start.
 *
 * @param all way to start for nodes that are not named; empty for the default of their boot method
 * @param byNode ways to start for named nodes
 */
public record StartSelection(Optional<Start> all, Map<String, Start> byNode) {

  /** The default of each node's boot method. */
  public static final StartSelection USUAL = new StartSelection(Optional.empty(), Map.of());

  public StartSelection {
    byNode = Map.copyOf(byNode);
  }

  /**
   * Reads what a user writes: {@code WAY} for all nodes and {@code node=WAY} for one.
   *
   * @throws ProblemException if a word does not have this form, or a node is named twice
   */
  public static StartSelection parse(List<String> words) {
    Optional<Start> all = Optional.empty();
    Map<String, Start> byNode = new HashMap<>();
    for (String word : words.stream().map(String::strip).filter(w -> !w.isEmpty()).toList()) {
      int equals = word.indexOf('=');
      Start start = start(word.substring(equals + 1).strip(), word);
      boolean twice;
      if (equals < 0) {
        twice = all.isPresent();
        all = Optional.of(start);
      } else {
        twice = byNode.put(word.substring(0, equals).strip(), start) != null;
      }
      if (twice) {
        throw wrong("\"%s\" is given twice for the same nodes".formatted(word));
      }
    }
    return new StartSelection(all, byNode);
  }

  private static Start start(String keyword, String word) {
    return Start.of(keyword)
        .orElseThrow(() -> wrong("\"%s\" is not a valid way to start a node".formatted(word)));
  }

  private static ProblemException wrong(String message) {
    return new ProblemException(
        Problem.error(
            message,
            "write -Ddiskless.boot.start=WAY for all nodes, or node=WAY, with commas between them;"
                + " a WAY is one of "
                + Start.KEYWORDS));
  }

  Start of(Node node) {
    return byNode.getOrDefault(node.name(), all.orElseGet(() -> Start.usual(node.group().boot())));
  }

  /**
   * Returns a problem for each named node that does not exist, and for each node that cannot start
   * as requested.
   */
  List<Problem> check(Cluster cluster, List<Node> nodes) {
    List<Problem> problems =
        new java.util.ArrayList<>(
            byNode.keySet().stream()
                .filter(n -> cluster.node(n).isEmpty())
                .sorted()
                .map(
                    n ->
                        Problem.error(
                            "node " + n + " does not exist",
                            "use nodes of the descriptor in -Ddiskless.boot.start"))
                .toList());
    nodes.forEach(n -> of(n).refusal(n).ifPresent(problems::add));
    return problems;
  }
}
