package dev.diskless.goal;

import dev.diskless.master.MasterHost;
import dev.diskless.master.Prune;
import dev.diskless.master.PruneRequest;
import dev.diskless.master.Verdict;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterSelection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The goal {@code prune}: removes releases that no node and no rollback needs.
 *
 * @param master with the cluster
 * @param keep how many releases to keep, at least 1
 * @param unreachable names of nodes that are known to be switched off; {@code all} for all nodes
 *     that do not answer
 * @param drift {@code keep} or {@code remove}, for releases whose trees a node has changed
 * @param ignored absolute paths on nodes; the goal ignores changes below them
 * @param ssh how to query nodes
 * @param isDryRun whether to print only what the goal would do
 */
public record PruneGoal(
    MasterSelection master,
    int keep,
    List<String> unreachable,
    String drift,
    List<String> ignored,
    SshOptions ssh,
    boolean isDryRun)
    implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    if (keep < 1) {
      throw new ProblemException(
          "diskless.keep is " + keep, "set it to 1 or more, because the active release stays");
    }
    MasterHost host = master.host(project);
    PruneRequest request =
        new PruneRequest(keep, off(), isDriftRemoved(), ignored, ssh.status(master, host, false));
    if (isDryRun) {
      List<String> plan = new ArrayList<>();
      Prune.plan(host, request, plan::add);
      return GoalResult.found(plan, List.of());
    }
    List<Verdict> verdicts = Prune.run(host, request, project.progress());
    String removed =
        verdicts.stream()
            .filter(v -> !v.isKept())
            .map(Verdict::version)
            .collect(Collectors.joining(", "));
    return GoalResult.found(
        List.of("removed releases: " + (removed.isEmpty() ? "none" : removed)), List.of());
  }

  private boolean isDriftRemoved() {
    return switch (drift) {
      case "keep" -> false;
      case "remove" -> true;
      default ->
          throw new ProblemException(
              "diskless.prune.drift=%s: \"%s\" is neither keep nor remove".formatted(drift, drift),
              "");
    };
  }

  private Set<String> off() {
    return unreachable.stream()
        .map(n -> n.equals("all") ? PruneRequest.ALL : n)
        .collect(Collectors.toSet());
  }
}
