package dev.diskless.goal;

import dev.diskless.master.MasterHost;
import dev.diskless.project.ClusterProject;
import dev.diskless.refresh.Refresh;
import dev.diskless.refresh.RefreshReport;
import java.io.IOException;

/**
 * The goal {@code refresh}: brings running nodes to the active release without a reboot.
 *
 * @param nodes that get changed files
 * @param isOverwriting whether to replace files that were changed on a node
 * @param isDryRun whether to report the changes only
 */
public record RefreshGoal(RunningNodes nodes, boolean isOverwriting, boolean isDryRun)
    implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    MasterHost host = nodes.master().host(project);
    RefreshReport report =
        new Refresh(host, nodes.fleet(project, host), isOverwriting, isDryRun)
            .run(nodes.targets(project));
    return GoalResult.found(report.lines(), report.problems());
  }
}
