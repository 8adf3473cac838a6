package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.PushGoal;
import dev.diskless.goal.RunningNodes;
import dev.diskless.goal.SshOptions;
import java.io.File;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Copies a file or a folder to running nodes, over ssh as root, and reports the result for each
 * node. If this machine is the master, and a node with <code>root: full</code> is not reachable,
 * the goal copies to the tree of the node. Put permanent files into <code>src/main/cluster/files
 * </code>, because a pushed file is lost with the next release. With <code>overlay</code> and
 * <code>ram</code>, it is lost at the next reboot.
 */
@Mojo(name = "push", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class PushMojo extends AbstractMasterMojo {

  /** File or folder to copy. */
  @Parameter(property = "diskless.source")
  private File source;

  /** Absolute path of the target folder on the nodes. The goal creates a missing folder. */
  @Parameter(property = "diskless.target")
  private String target;

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
    return new PushGoal(
        running, Optional.ofNullable(source).map(File::toPath), Optional.ofNullable(target));
  }
}
