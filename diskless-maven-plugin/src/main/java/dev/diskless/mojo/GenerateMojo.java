package dev.diskless.mojo;

import dev.diskless.goal.GenerateGoal;
import dev.diskless.goal.Goal;
import dev.diskless.project.ClusterProject;
import java.io.File;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Renders every file of the master and of the nodes to <code>target/diskless</code>, where people
 * can read them.
 */
@Mojo(
    name = "generate",
    defaultPhase = LifecyclePhase.GENERATE_RESOURCES,
    threadSafe = true,
    configurator = "diskless")
public final class GenerateMojo extends AbstractProjectMojo {

  /** Folder for results that people read, and for files that goals leave for each other. */
  @Parameter(property = "diskless.work", defaultValue = "${project.build.directory}/diskless")
  private File work;

  @Override
  Goal goal() {
    return new GenerateGoal();
  }

  @Override
  ClusterProject.Builder clusterProject() {
    return super.clusterProject().work(work.toPath());
  }
}
