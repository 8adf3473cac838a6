package dev.diskless.mojo;

import dev.diskless.goal.DriftGoal;
import dev.diskless.goal.Goal;
import java.io.File;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * On the master: lists changes that nodes with <code>root: full</code> or <code>shared</code> made
 * in their own trees. Another release does not delete these changes, because the old trees stay.
 * The new trees contain only the changes to paths below <code>state</code> of the descriptor. The
 * goal changes nothing.
 */
@Mojo(name = "drift", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class DriftMojo extends AbstractMasterMojo {

  /** Installed release, or <code>all</code>. The default is the active release. */
  @Parameter(property = "diskless.version")
  private String version;

  /** Paths on nodes whose changes the goal ignores, separated by commas. */
  @Parameter(property = "diskless.drift.ignore", defaultValue = "/tmp,/run,/var/tmp,/var/cache")
  private List<String> ignore;

  /**
   * Reads every file and compares its SHA-256. The default is to read only files with a changed
   * time and an unchanged size.
   */
  @Parameter(property = "diskless.drift.thorough", defaultValue = "false")
  private boolean thorough;

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
    return new DriftGoal(
        master(),
        Optional.ofNullable(version),
        list(ignore),
        thorough,
        ReportOutput.of(output, work, project(), "drift.json"));
  }
}
