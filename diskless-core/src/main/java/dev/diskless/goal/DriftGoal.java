package dev.diskless.goal;

import dev.diskless.master.Drift;
import dev.diskless.master.MasterHost;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterSelection;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The goal {@code drift}: what nodes changed in their own trees.
 *
 * @param master with the cluster
 * @param version an installed release, or {@code all}; empty for the active release
 * @param ignored absolute paths on nodes; the goal ignores changes below them
 * @param isThorough whether to read each file and to compare its SHA-256
 * @param file for programs
 */
public record DriftGoal(
    MasterSelection master,
    Optional<String> version,
    List<String> ignored,
    boolean isThorough,
    ReportFile file)
    implements Goal {

  private static final String ALL = "all";

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    MasterHost host = master.host(project);
    Drift drift = Drift.of(host, versions(host), ignored, isThorough);
    return new GoalResult(drift.lines(), List.of(), file.write(drift.json()));
  }

  private List<String> versions(MasterHost host) throws IOException {
    if (version.equals(Optional.of(ALL))) {
      return host.releases();
    }
    return List.of(version.isPresent() ? version.get() : host.requireActive());
  }
}
