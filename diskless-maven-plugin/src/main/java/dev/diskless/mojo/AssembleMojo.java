package dev.diskless.mojo;

import dev.diskless.goal.AssembleGoal;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.eclipse.aether.RepositorySystem;

/** Prepares the images, and composes a root tree for every node. */
@Mojo(
    name = "assemble",
    defaultPhase = LifecyclePhase.PREPARE_PACKAGE,
    threadSafe = true,
    configurator = "diskless")
public final class AssembleMojo extends AbstractClusterMojo {

  @Inject
  public AssembleMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    AssembleGoal assembly = AssembleGoal.run(cluster);
    tell(assembly.warnings());
    getLog().info(assembly.summary());
  }
}
