package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.SshOptions;
import dev.diskless.goal.StatusGoal;
import java.io.File;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * On the master: the releases that are installed, with what each takes on the disk, and of each
 * node what it runs and since when, as it says itself over ssh, and what it would boot next.
 * Changes nothing but the record of what nodes said.
 */
@Mojo(name = "status", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class StatusMojo extends AbstractMasterMojo {

  /**
   * A program that reaches nodes in the place of the library: <code>ssh</code>, or what takes its
   * arguments; <code>none</code> asks nobody. By default they are asked where <code>diskless.root
   * </code> is <code>/</code>, with the keys of whoever runs this.
   */
  @Parameter(property = "diskless.ssh")
  private String ssh;

  /** How long each node has to answer, in seconds. */
  @Parameter(property = "diskless.timeout", defaultValue = "5")
  private int timeout;

  /** Whether releases are measured, which reads the name of every file in them. */
  @Parameter(property = "diskless.sizes", defaultValue = "true")
  private boolean sizes;

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
        ReportOutput.of(output, work, project(), "status.json"));
  }
}
