package dev.diskless.mojo;

import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.maven.plugins.annotations.Parameter;

/** What goals on a master have in common. They need no project. */
abstract class AbstractMasterMojo extends AbstractClusterMojo {

  /** Stands for <code>/</code>, to try it below any directory without touching this machine. */
  @Parameter(property = "diskless.root", defaultValue = "/")
  private File root;

  AbstractMasterMojo(RepositoryArtifacts artifacts) {
    super(artifacts);
  }

  final Path root() {
    return root.toPath();
  }

  final boolean isThisMachine() {
    return root.equals(new File("/"));
  }

  /** Nothing is generated here. */
  @Override
  final Instant timestamp() {
    return Instant.EPOCH;
  }
}
