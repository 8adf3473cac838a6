package dev.diskless.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.fleet.Answer;
import dev.diskless.fleet.Answers;
import dev.diskless.fleet.Fleet;
import dev.diskless.master.MasterHost;
import dev.diskless.master.NodeAnswer;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.ssh.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Brings running nodes to the active release without a reboot, as far as that is possible.
 *
 * @param host master with the releases
 * @param fleet connection to the nodes
 * @param isOverwriting whether to replace files that were changed on a node
 * @param isDryRun whether to report the changes only
 */
public record Refresh(MasterHost host, Fleet fleet, boolean isOverwriting, boolean isDryRun) {

  private static final int ACTION_FAILED = 10;
  private static final int CHANGED_ON_NODE = 11;

  /**
   * Queries the nodes, and writes the files that they need.
   *
   * @param targets nodes of the active release
   * @return what was done, and the nodes that were not refreshed
   * @throws ProblemException if no release is active, or a release is damaged
   */
  public RefreshReport run(List<Node> targets) throws IOException {
    RefreshPlans plans = new RefreshPlans(host);
    RefreshReport report = new RefreshReport(plans.target(), isDryRun);
    Map<String, RefreshPlan> wanted = plans(targets, plans, report);
    List<Node> changing =
        targets.stream()
            .filter(n -> wanted.containsKey(n.name()) && !wanted.get(n.name()).isDone())
            .toList();
    wanted.values().stream().filter(RefreshPlan::isDone).forEach(report::done);
    if (isDryRun) {
      changing.forEach(n -> report.done(wanted.get(n.name())));
    } else if (!changing.isEmpty()) {
      Path folder = Files.createTempDirectory("diskless-refresh");
      try {
        write(changing, wanted, plans, folder, report);
      } finally {
        remove(folder);
      }
    }
    return report;
  }

  /** Returns the plan of each node that answers. */
  private Map<String, RefreshPlan> plans(
      List<Node> targets, RefreshPlans plans, RefreshReport report) throws IOException {
    Instant now = Instant.now();
    List<Answer> failed = new ArrayList<>();
    Map<String, RefreshPlan> wanted = new TreeMap<>();
    for (Answer answer : fleet.run(targets, NodeAnswer.QUESTION, Optional.empty()).all()) {
      NodeAnswer node = NodeAnswer.read(answer.outcome(), now);
      if (node.release().isPresent()) {
        try {
          wanted.put(answer.node(), plans.of(answer.node(), node));
        } catch (ProblemException mustReboot) {
          mustReboot.problems().forEach(report::problem);
        }
      } else if (answer.outcome().isWell()) {
        report.problem(
            Problem.error(
                answer.node() + ": " + node.reason(), "check the node with diskless:status"));
      } else {
        failed.add(answer);
      }
    }
    new Answers(failed).failures().forEach(report::problem);
    return wanted;
  }

  private void write(
      List<Node> changing,
      Map<String, RefreshPlan> wanted,
      RefreshPlans plans,
      Path folder,
      RefreshReport report)
      throws IOException {
    for (Node node : changing) {
      RefreshPlan plan = wanted.get(node.name());
      RefreshArchive.write(
          folder.resolve(node.name()), plan, isOverwriting, step -> plans.file(plan, step));
    }
    List<Answer> failed = new ArrayList<>();
    for (Answer answer :
        fleet.run(changing, script(), node -> Optional.of(folder.resolve(node.name()))).all()) {
      if (answer.outcome().isWell()) {
        report.done(wanted.get(answer.node()));
      } else if (answer.outcome().end() != Outcome.End.EXITED) {
        failed.add(answer);
      } else {
        if (answer.outcome().code() == ACTION_FAILED) {
          report.done(wanted.get(answer.node()));
        }
        report.failed(answer.node(), answer.outcome().last(), remedy(answer.outcome().code()));
      }
    }
    new Answers(failed).failures().forEach(report::problem);
  }

  private static String remedy(int code) {
    return switch (code) {
      case ACTION_FAILED -> "the files are in place; do the action on the node, or reboot the node";
      case CHANGED_ON_NODE ->
          "keep these changes in the project, or replace the files with" + " -Ddiskless.overwrite";
      default -> "the node has its old files; remove the obstacle, and run the goal again";
    };
  }

  /** Returns the program for the shell of a node. */
  static String script() throws IOException {
    try (InputStream in = Refresh.class.getResourceAsStream("refresh.sh")) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
