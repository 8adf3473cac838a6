package dev.diskless.mojo;

import dev.diskless.build.Assembly;
import dev.diskless.build.ClusterProject;
import java.io.IOException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.eclipse.aether.RepositorySystem;

/** Prepares the images, and composes a root tree for every node. */
@Mojo(name = "assemble", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, threadSafe = true)
public final class AssembleMojo extends AbstractClusterMojo {

  @Inject
  public AssembleMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    Assembly assembly = Assembly.run(cluster, isPackedNext());
    tell(assembly.warnings());
    getLog().info(assembly.summary());
  }
}
