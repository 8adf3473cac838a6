package dev.diskless.goal;

import dev.diskless.master.MasterHost;
import dev.diskless.master.Status;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterSelection;
import java.io.IOException;
import java.util.List;

/**
 * The goal {@code status}: the installed releases, and the release that each node runs.
 *
 * @param master with the cluster
 * @param ssh how to query nodes
 * @param hasSizes whether to measure the size of releases
 * @param failsIfDown whether a node that is not up is an error
 * @param file for programs
 */
public record StatusGoal(
    MasterSelection master, SshOptions ssh, boolean hasSizes, boolean failsIfDown, ReportFile file)
    implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    MasterHost host = master.host(project);
    Status status = Status.of(host, ssh.status(master, host, hasSizes), project.progress());
    return new GoalResult(
        status.table(), failsIfDown ? status.down() : List.of(), file.write(status.json()));
  }
}
