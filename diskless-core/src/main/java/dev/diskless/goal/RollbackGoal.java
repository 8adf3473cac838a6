package dev.diskless.goal;

import dev.diskless.master.MasterHost;
import dev.diskless.master.Rollback;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterSelection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The goal {@code rollback}: switches to an installed release.
 *
 * @param master with the cluster
 * @param version an installed release; empty for the release that the active release replaced
 * @param hasServices whether to reload services
 * @param isDryRun whether to print only what the goal would do
 */
public record RollbackGoal(
    MasterSelection master, Optional<String> version, boolean hasServices, boolean isDryRun)
    implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    MasterHost host = master.host(project);
    if (isDryRun) {
      List<String> plan = new ArrayList<>();
      Rollback.plan(host, version, plan::add);
      return GoalResult.found(plan, List.of());
    }
    Rollback.run(host, version, hasServices, project.progress());
    return GoalResult.found(List.of("active release: " + host.requireActive()), List.of());
  }
}
