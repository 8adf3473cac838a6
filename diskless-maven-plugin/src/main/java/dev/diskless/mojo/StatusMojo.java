package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.SshOptions;
import dev.diskless.goal.StatusGoal;
import java.io.File;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * On the master: lists the installed releases with their disk space, and the state of all nodes.
 * For each node, it prints the running release, the time of the boot, and the release of the next
 * boot. The goal changes only its record of the answers of nodes.
 */
@Mojo(name = "status", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class StatusMojo extends AbstractMasterMojo {

  /**
   * Program that connects to nodes instead of the built-in library: <code>ssh</code>, or a program
   * with the same arguments; <code>none</code> queries no node. By default, the goal queries nodes
   * if <code>diskless.root</code> is <code>/</code>, with the ssh keys of the current user.
   */
  @Parameter(property = "diskless.ssh")
  private String ssh;

  /** Time limit for the answer of each node, in seconds. */
  @Parameter(property = "diskless.timeout", defaultValue = "5")
  private int timeout;

  /**
   * Whether to measure the disk space of releases. The goal reads the metadata of every file for
   * this.
   */
  @Parameter(property = "diskless.sizes", defaultValue = "true")
  private boolean sizes;

  /** Fails if a node is not up. By default the goal only reports such a node. */
  @Parameter(property = "diskless.failIfDown", defaultValue = "false")
  private boolean failIfDown;

  /** Folder for results that people read, and for files that goals leave for each other. */
  @Parameter(property = "diskless.work", defaultValue = "${project.build.directory}/diskless")
  private File work;

  /**
   * A file for programs, in JSON. By default <code>GOAL.json</code> in <code>diskless.work</code>,
   * or no file if there is no project.
   */
  @Parameter(property = "diskless.output")
  private File output;

  @Override
  Goal goal() {
    return new StatusGoal(
        master(),
        new SshOptions(Optional.ofNullable(ssh), timeout),
        sizes,
        failIfDown,
        ReportOutput.of(output, work, project(), "status.json"));
  }
}
