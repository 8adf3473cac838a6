package dev.diskless.mojo;

import dev.diskless.archive.Compression;
import dev.diskless.build.ClusterProject;
import dev.diskless.build.Packaging;
import java.io.IOException;
import javax.inject.Inject;
import org.apache.maven.artifact.handler.DefaultArtifactHandler;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.eclipse.aether.RepositorySystem;

/** Packs everything that a master serves as one artifact, the same bytes for the same input. */
@Mojo(name = "package", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
public final class PackageMojo extends AbstractClusterMojo {

  @Inject
  public PackageMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    Packaging packaging = Packaging.run(cluster);
    if (compressionOfBundle() == Compression.GZIP) {
      DefaultArtifactHandler gzip = new DefaultArtifactHandler(project().getPackaging());
      gzip.setExtension(bundleExtension());
      project().getArtifact().setArtifactHandler(gzip);
    }
    project().getArtifact().setFile(cluster.bundle().toFile());
    getLog().info(packaging.summary());
  }
}
