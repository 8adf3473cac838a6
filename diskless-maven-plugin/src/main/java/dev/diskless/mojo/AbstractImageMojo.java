package dev.diskless.mojo;

import dev.diskless.image.DebianOptions;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/** Parameters of all goals that prepare images. */
abstract class AbstractImageMojo extends AbstractGoalMojo {

  /**
   * The cluster's descriptor. The folders <code>templates</code> and <code>files</code> are beside
   * it.
   */
  @Parameter(
      property = "diskless.descriptor",
      defaultValue = "${project.basedir}/src/main/cluster/cluster.yaml")
  private File descriptor;

  /** Folder for results that people read, and for files that goals leave for each other. */
  @Parameter(property = "diskless.work", defaultValue = "${project.build.directory}/diskless")
  private File work;

  /**
   * Folder that keeps images between builds, for all projects of the user. It can be removed at any
   * time, and the next build fills it again.
   */
  @Parameter(property = "diskless.cache", defaultValue = "${user.home}/.cache/diskless")
  private File cache;

  /**
   * The Debian mirror to install images from, instead of the descriptor's mirror. By default the
   * descriptor's mirror, or else the default of mmdebstrap.
   */
  @Parameter(property = "diskless.mirror")
  private String mirror;

  /** Installs Debian images again with current packages, even if the cache contains them. */
  @Parameter(property = "diskless.update", defaultValue = "false")
  private boolean update;

  /** Time of all generated files. The same sources and the same time result in the same bundle. */
  @Parameter(defaultValue = "${project.build.outputTimestamp}", readonly = true)
  private String outputTimestamp;

  private final RepositorySystem repositories;

  AbstractImageMojo(RepositorySystem repositories) {
    this.repositories = repositories;
  }

  @Override
  ClusterProject.Builder clusterProject() {
    return super.clusterProject()
        .descriptor(descriptor.toPath())
        .work(work.toPath())
        .cache(cache.toPath())
        .timestamp(OutputTimestamp.parse(outputTimestamp))
        .images(
            new ImageArtifacts(repositories, session()),
            new DebianOptions(Optional.ofNullable(mirror), update, session().isOffline()));
  }

  final RepositorySystem repositories() {
    return repositories;
  }
}
