package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.RefreshGoal;
import dev.diskless.goal.RunningNodes;
import dev.diskless.goal.SshOptions;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Writes changed files of the active release into running nodes, over ssh as root, without a
 * reboot. A node gets either all files or none, and then reloads the affected services. Changes
 * that need a reboot are listed: kernels, images, mounts and network interfaces. Run the goal on
 * the master.
 */
@Mojo(name = "refresh", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class RefreshMojo extends AbstractMasterMojo {

  /**
   * The nodes, separated by commas: names, ranges such as <code>node[001-016]</code>, groups such
   * as <code>@compute</code>, or <code>all</code>.
   */
  @Parameter(property = "diskless.nodes")
  private String nodes;

  /**
   * A program that connects to nodes instead of the library: <code>ssh</code>, or a program that
   * accepts the arguments of ssh.
   */
  @Parameter(property = "diskless.ssh")
  private String ssh;

  /** Limit for each node, in seconds. 0 means no limit. */
  @Parameter(property = "diskless.timeout", defaultValue = "0")
  private int timeout;

  /** How many nodes to connect to at the same time. */
  @Parameter(property = "diskless.parallel", defaultValue = "32")
  private int parallel;

  /** Whether to replace files that were changed on a node. Without it, such a node is an error. */
  @Parameter(property = "diskless.overwrite", defaultValue = "false")
  private boolean overwrite;

  /** Whether to report the changes without writing them. */
  @Parameter(property = "diskless.dryRun", defaultValue = "false")
  private boolean dryRun;

  @Override
  Goal goal() {
    RunningNodes running =
        new RunningNodes(
            master(), nodes, new SshOptions(Optional.ofNullable(ssh), timeout), parallel);
    return new RefreshGoal(running, overwrite, dryRun);
  }
}
