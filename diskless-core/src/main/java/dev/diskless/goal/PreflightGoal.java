package dev.diskless.goal;

import dev.diskless.master.MasterNeeds;
import dev.diskless.master.Preflight;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterSelection;
import dev.diskless.project.ProjectBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The goal {@code preflight}: checks whether a machine has all that a bundle needs on its master.
 *
 * @param master the machine
 * @param bundle file of the bundle; empty for the project's bundle, or else the active release
 * @param masterName which of several masters the machine is; empty for the master that has one of
 *     the machine's addresses
 * @param limit how long to wait for other DHCP servers; empty to send no query
 * @param acceptsSharedFileSystem whether directories that nodes can write may be on a file system
 *     of the master's own system
 */
public record PreflightGoal(
    MasterSelection master,
    Optional<Path> bundle,
    Optional<String> masterName,
    Optional<Duration> limit,
    boolean acceptsSharedFileSystem)
    implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    Preflight found = Preflight.of(needs(project), master.root(), limit, acceptsSharedFileSystem);
    return GoalResult.found(
        found.well().stream().map(line -> "ok: " + line).toList(), found.problems());
  }

  private MasterNeeds needs(ClusterProject project) throws IOException {
    if (bundle.isEmpty() && !Files.isRegularFile(project.bundle())) {
      return MasterNeeds.ofActive(master.host(project));
    }
    Path file = ProjectBundle.select(project, bundle, "-Ddiskless.bundle=", "-Ddiskless.bundle=");
    return MasterNeeds.ofBundle(file, masterName);
  }
}
