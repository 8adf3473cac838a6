package dev.diskless.mojo;

import dev.diskless.goal.ExecGoal;
import dev.diskless.goal.Goal;
import dev.diskless.goal.RunningNodes;
import dev.diskless.goal.SshOptions;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Runs a command on many nodes in parallel, over ssh as root. When all nodes have finished, the
 * goal prints their output, with equal output only once below the names of the nodes. It fails if
 * the command fails on a node, or if a node is not reachable.
 */
@Mojo(name = "exec", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class ExecMojo extends AbstractMasterMojo {

  /** Command line for the shell of the nodes. */
  @Parameter(property = "diskless.command")
  private String command;

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

  @Override
  Goal goal() {
    RunningNodes running =
        new RunningNodes(
            master(), nodes, new SshOptions(Optional.ofNullable(ssh), timeout), parallel);
    // Answers of nodes go to standard output, without Maven's prefix.
    return new ExecGoal(running, Optional.ofNullable(command), StandardOutput.open());
  }
}
