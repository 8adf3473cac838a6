package dev.diskless.goal;

import dev.diskless.master.Activation;
import dev.diskless.master.ActivationRequest;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.util.List;

/**
 * The goal {@code activate}: installs a bundle on a master, and switches to it.
 *
 * @param request the bundle, and where to install it
 * @param isDryRun whether to print only what the goal would do
 */
public record ActivateGoal(ActivationRequest request, boolean isDryRun) implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    project.progress().say("bundle: " + request.bundle());
    if (isDryRun) {
      Activation.plan(request, project.progress());
      return GoalResult.EMPTY;
    }
    return GoalResult.found(List.of(), Activation.run(request, project.progress()));
  }
}
