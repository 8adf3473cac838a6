package dev.diskless.mojo;

import dev.diskless.goal.DriftGoal;
import dev.diskless.goal.Goal;
import java.io.File;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * On the master: what nodes with <code>root: full</code> or <code>shared</code> changed in their
 * own trees since these were made. Nothing of it is lost when another release is activated, for the
 * old one's trees stay; but the new one's have it only where <code>state</code> in the descriptor
 * says so. Changes nothing.
 */
@Mojo(name = "drift", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class DriftMojo extends AbstractMasterMojo {

  /** An installed release, or <code>all</code>; by default the active one. */
  @Parameter(property = "diskless.version")
  private String version;

  /** Paths on nodes where changes do not count, with commas between them. */
  @Parameter(property = "diskless.drift.ignore", defaultValue = "/tmp,/run,/var/tmp,/var/cache")
  private List<String> ignore;

  /**
   * Reads every file and compares its SHA-256. By default only files are read whose time changed
   * and whose size did not.
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
