package dev.diskless.fleet;

import dev.diskless.model.NodeNames;
import dev.diskless.problem.Problem;
import dev.diskless.ssh.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Results of all nodes for a person: equal output appears once, as with clush(1) and its option -b.
 */
public final class Answers {

  private static final String RULE = "---------------";

  private static final String TOO_MUCH =
      "the output exceeds 1 MiB or 20,000 lines, so the connection was closed";

  private final List<Answer> all;

  /** Gathers results of nodes, in the order of the nodes. */
  public Answers(List<Answer> all) {
    this.all = List.copyOf(all);
  }

  /** Returns the results in the order of the nodes. */
  public List<Answer> all() {
    return all;
  }

  /**
   * Returns each different output below the names of its nodes. Nodes without output do not appear.
   */
  public List<String> gathered() {
    Map<List<String>, List<String>> nodes = new LinkedHashMap<>();
    all.stream()
        .filter(answer -> !answer.outcome().isUnreached())
        .filter(answer -> !answer.outcome().lines().isEmpty())
        .forEach(
            answer ->
                nodes
                    .computeIfAbsent(answer.outcome().lines(), lines -> new ArrayList<>())
                    .add(answer.node()));
    List<String> text = new ArrayList<>();
    nodes.forEach(
        (lines, names) -> {
          text.add(RULE);
          text.add(
              NodeNames.fold(names) + (names.size() > 1 ? " (%d)".formatted(names.size()) : ""));
          text.add(RULE);
          text.addAll(lines);
        });
    return text;
  }

  /** Returns the failures of nodes, with equal failures as one problem. */
  public List<Problem> failures() {
    Map<String, List<String>> nodes = new LinkedHashMap<>();
    for (Answer answer : all) {
      if (!answer.outcome().isWell()) {
        nodes.computeIfAbsent(what(answer.outcome()), what -> new ArrayList<>()).add(answer.node());
      }
    }
    return nodes.entrySet().stream()
        .map(
            each ->
                Problem.error(
                    NodeNames.fold(each.getValue()) + ": " + each.getKey(), remedy(each.getKey())))
        .toList();
  }

  private static String remedy(String what) {
    if (what.equals(TOO_MUCH)) {
      return "write large output to a file on the node";
    }
    return what.startsWith("exit status")
        ? "its output is above"
        : "check with diskless:status whether the node is up";
  }

  private static String what(Outcome outcome) {
    return switch (outcome.end()) {
      case EXITED -> "exit status " + outcome.code();
      case LOST -> "no exit status: a signal ended the command, or the connection was lost";
      case TOO_LATE -> "the time limit has passed";
      case TOO_MUCH -> TOO_MUCH;
      case REFUSED, UNREACHED ->
          "not reached: " + (outcome.last().isEmpty() ? "ssh failed" : outcome.last());
    };
  }
}
