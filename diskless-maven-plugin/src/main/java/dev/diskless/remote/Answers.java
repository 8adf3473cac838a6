package dev.diskless.remote;

import dev.diskless.model.NodeNames;
import dev.diskless.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What all nodes answered, for a person: equal answers once, as clush(1) has it with -b. */
public final class Answers {

  private static final String RULE = "---------------";

  private final List<Answer> all;

  Answers(List<Answer> all) {
    this.all = List.copyOf(all);
  }

  /** In the order of the nodes. */
  public List<Answer> all() {
    return all;
  }

  /** Each different output below the names of the nodes that have it; no output is not told. */
  public List<String> gathered() {
    Map<List<String>, List<String>> nodes = new LinkedHashMap<>();
    all.stream()
        .filter(answer -> !answer.lines().isEmpty() && !answer.isUnreached())
        .forEach(
            answer ->
                nodes
                    .computeIfAbsent(answer.lines(), lines -> new ArrayList<>())
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

  /** What failed, equal failures once. */
  public List<Problem> failures() {
    Map<String, List<String>> nodes = new LinkedHashMap<>();
    for (Answer answer : all) {
      if (answer.code() != 0) {
        nodes.computeIfAbsent(what(answer), what -> new ArrayList<>()).add(answer.node());
      }
    }
    return nodes.entrySet().stream()
        .map(
            each ->
                Problem.error(
                    NodeNames.fold(each.getValue()) + ": " + each.getKey(),
                    each.getKey().startsWith("exit status")
                        ? "see what it said above"
                        : "see whether it is up with diskless:status"))
        .toList();
  }

  private static String what(Answer answer) {
    if (answer.isTooLate()) {
      return "no end in time";
    }
    if (answer.isUnreached()) {
      List<String> said = answer.lines().stream().filter(line -> !line.isBlank()).toList();
      return "not reached: " + (said.isEmpty() ? "ssh failed" : said.get(said.size() - 1));
    }
    return "exit status " + answer.code();
  }
}
