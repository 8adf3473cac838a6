package dev.diskless.goal;

import dev.diskless.master.Activation;
import dev.diskless.master.ActivationRequest;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.ProjectBundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The goal {@code activate}: installs a bundle on a master, and switches to it.
 *
 * @param bundle file of the bundle; empty for the project's bundle
 * @param masterName which of several masters this machine is; empty for the master that has its
 *     name or one of its addresses
 * @param root directory to use as the root of the master's file system, usually {@code /}
 * @param isReplacing whether to replace a release of the same version with other content
 * @param isVerifyingLinks whether to read each file that is shared with an installed release
 * @param hasServices whether to reload services
 * @param isDryRun whether to print only what the goal would do
 */
public record ActivateGoal(
    Optional<Path> bundle,
    Optional<String> masterName,
    Path root,
    boolean isReplacing,
    boolean isVerifyingLinks,
    boolean hasServices,
    boolean isDryRun)
    implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    Path file = ProjectBundle.select(project, bundle, "-Ddiskless.bundle=", "-Ddiskless.version=");
    ActivationRequest request =
        new ActivationRequest(file, masterName, root, isReplacing, isVerifyingLinks, hasServices);
    if (isDryRun) {
      List<String> plan = new ArrayList<>();
      Activation.plan(request, plan::add);
      return GoalResult.found(plan, List.of());
    }
    Activation.Outcome outcome = Activation.run(request, project.progress());
    return GoalResult.found(List.of("active release: " + outcome.version()), outcome.warnings());
  }
}
