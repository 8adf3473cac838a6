package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.RollbackGoal;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * On the master: switches back to the release before the active release, or to any installed
 * release. The goal copies nothing, so its duration does not depend on the size of a release.
 */
@Mojo(name = "rollback", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class RollbackMojo extends AbstractMasterMojo {

  /** Installed version to activate. The default is the release before the active release. */
  @Parameter(property = "diskless.version")
  private String version;

  /** Prints each step, and does none. */
  @Parameter(property = "diskless.dryRun", defaultValue = "false")
  private boolean dryRun;

  /**
   * Whether to reload services, and to switch back if a service fails. By default <code>true</code>
   * if <code>diskless.root</code> is <code>/</code>.
   */
  @Parameter(property = "diskless.services")
  private Boolean services;

  @Override
  Goal goal() {
    return new RollbackGoal(
        master(),
        Optional.ofNullable(version),
        services == null ? master().isThisMachine() : services,
        dryRun);
  }
}
