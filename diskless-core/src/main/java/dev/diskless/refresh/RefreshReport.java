package dev.diskless.refresh;

import dev.diskless.model.NodeNames;
import dev.diskless.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Result of a refresh for a person. Nodes with the same result appear once. */
public final class RefreshReport {

  /** Number of paths that the report names for the same nodes. */
  private static final int PATHS = 20;

  private final String target;
  private final boolean isDryRun;
  private final Map<List<String>, List<String>> results = new LinkedHashMap<>();
  private final Map<Problem, List<String>> failures = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  RefreshReport(String target, boolean isDryRun) {
    this.target = target;
    this.isDryRun = isDryRun;
  }

  /** Adds a node that has the files of its plan, or would get them. */
  void done(RefreshPlan plan) {
    List<String> lines = new ArrayList<>();
    if (plan.isDone()) {
      lines.add("no change");
    } else {
      lines.add(
          "%s%s -> %s: %d %s"
              .formatted(
                  isDryRun ? "would refresh " : "refreshed ",
                  plan.refreshed().orElse(plan.booted()),
                  target,
                  plan.files(),
                  plan.files() == 1 ? "file" : "files"));
      lines.addAll(indented(plan.paths()));
      plan.actions().forEach(action -> lines.add("  " + action));
    }
    if (!plan.atBoot().isEmpty()) {
      lines.add("changes after a reboot: " + plan.atBoot().size() + " paths");
      lines.addAll(indented(plan.atBoot().stream().map(Object::toString).toList()));
    }
    results.computeIfAbsent(lines, l -> new ArrayList<>()).add(plan.node());
  }

  private static List<String> indented(List<String> paths) {
    Stream<String> shown = paths.stream().limit(PATHS);
    return (paths.size() > PATHS
            ? Stream.concat(shown, Stream.of("and %d more".formatted(paths.size() - PATHS)))
            : shown)
        .map(path -> "  " + path)
        .toList();
  }

  void problem(Problem problem) {
    problems.add(problem);
  }

  /** Adds a node that reports a failure. */
  void failed(String node, String what, String remedy) {
    failures.computeIfAbsent(Problem.error(what, remedy), p -> new ArrayList<>()).add(node);
  }

  /** Returns the results, each below the names of its nodes. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    results.forEach(
        (result, nodes) -> {
          lines.add(NodeNames.fold(nodes) + (nodes.size() > 1 ? " (" + nodes.size() + "):" : ":"));
          result.forEach(line -> lines.add("  " + line));
        });
    return lines;
  }

  /** Returns the failures. */
  public List<Problem> problems() {
    List<Problem> all = new ArrayList<>(problems);
    failures.forEach(
        (problem, nodes) ->
            all.add(
                Problem.error(NodeNames.fold(nodes) + ": " + problem.message(), problem.remedy())));
    return all;
  }
}
