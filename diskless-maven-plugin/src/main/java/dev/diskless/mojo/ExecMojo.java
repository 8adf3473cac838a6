package dev.diskless.mojo;

import dev.diskless.goal.ExecGoal;
import dev.diskless.goal.Goal;
import dev.diskless.goal.RunningNodes;
import dev.diskless.goal.SshOptions;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Runs a command on nodes, side by side, over ssh as root. What they say is printed when all are
 * done, equal answers once, below the names of the nodes. It fails where the command fails on a
 * node, or a node is not reached.
 */
@Mojo(name = "exec", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class ExecMojo extends AbstractMasterMojo {

  /** A line for the shell of the nodes. */
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

  /** Limit for each node, in seconds. 0 is no limit. */
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
    return new ExecGoal(running, Optional.ofNullable(command), System.out);
  }
}
