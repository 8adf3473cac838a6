package dev.diskless.mojo;

import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.maven.plugins.annotations.Parameter;

/** What goals on a master have in common. They need no project. */
abstract class AbstractReleaseMojo extends AbstractClusterMojo {

  /** Stands for <code>/</code>, to try it below any directory without touching this machine. */
  @Parameter(property = "diskless.root", defaultValue = "/")
  private File root;

  /** Tells each step, and does none. */
  @Parameter(property = "diskless.dryRun", defaultValue = "false")
  private boolean dryRun;

  /**
   * Whether services are reloaded, and the switch is taken back when one fails. By default they are
   * where <code>diskless.root</code> is <code>/</code>.
   */
  @Parameter(property = "diskless.services")
  private Boolean services;

  AbstractReleaseMojo(RepositoryArtifacts artifacts) {
    super(artifacts);
  }

  final Path root() {
    return root.toPath();
  }

  final boolean isDryRun() {
    return dryRun;
  }

  final boolean withServices() {
    return services == null ? root.equals(new File("/")) : services;
  }

  /** Nothing is generated here. */
  @Override
  Instant timestamp() {
    return Instant.EPOCH;
  }
}
