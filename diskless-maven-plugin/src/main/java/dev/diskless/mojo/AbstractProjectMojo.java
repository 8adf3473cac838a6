package dev.diskless.mojo;

import dev.diskless.project.ClusterProject;
import java.io.File;
import org.apache.maven.plugins.annotations.Parameter;

/** Parameters of all goals that build the project and prepare no images. */
abstract class AbstractProjectMojo extends AbstractGoalMojo {

  /**
   * The cluster's descriptor. The folders <code>templates</code> and <code>files</code> are beside
   * it.
   */
  @Parameter(
      property = "diskless.descriptor",
      defaultValue = "${project.basedir}/src/main/cluster/cluster.yaml")
  private File descriptor;

  /** Time of all generated files. The same sources and the same time result in the same bundle. */
  @Parameter(defaultValue = "${project.build.outputTimestamp}", readonly = true)
  private String outputTimestamp;

  @Override
  ClusterProject.Builder clusterProject() {
    return super.clusterProject()
        .descriptor(descriptor.toPath())
        .timestamp(OutputTimestamp.parse(outputTimestamp));
  }
}
