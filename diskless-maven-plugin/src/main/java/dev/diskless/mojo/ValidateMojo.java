package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.ValidateGoal;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/** Checks the descriptor and the files beside it, and reports all errors at once. */
@Mojo(
    name = "validate",
    defaultPhase = LifecyclePhase.VALIDATE,
    threadSafe = true,
    configurator = "diskless")
public final class ValidateMojo extends AbstractProjectMojo {

  @Override
  Goal goal() {
    return new ValidateGoal();
  }
}
