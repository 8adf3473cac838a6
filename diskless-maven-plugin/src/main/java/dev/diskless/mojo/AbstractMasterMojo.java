package dev.diskless.mojo;

import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterSelection;
import java.io.File;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;

/** Parameters of all goals for a cluster on its master. These goals need no project. */
abstract class AbstractMasterMojo extends AbstractGoalMojo {

  /** The cluster's descriptor. The goal uses it only if it exists. */
  @Parameter(
      property = "diskless.descriptor",
      defaultValue = "${project.basedir}/src/main/cluster/cluster.yaml")
  private File descriptor;

  /** Directory that replaces <code>/</code> of the master, to try the goal. */
  @Parameter(property = "diskless.root", defaultValue = "/")
  private File root;

  /** The cluster. By default the descriptor's cluster, or the only cluster on this master. */
  @Parameter(property = "diskless.cluster")
  private String cluster;

  /**
   * Directory of all clusters. By default the descriptor's directory, or <code>/srv/diskless</code>
   * .
   */
  @Parameter(property = "diskless.directory")
  private String directory;

  @Override
  ClusterProject.Builder clusterProject() {
    return super.clusterProject().descriptor(descriptor.toPath());
  }

  final MasterSelection master() {
    return new MasterSelection(
        root.toPath(), Optional.ofNullable(cluster), Optional.ofNullable(directory));
  }
}
