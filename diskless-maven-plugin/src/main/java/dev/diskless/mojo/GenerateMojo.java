package dev.diskless.mojo;

import dev.diskless.goal.GenerateGoal;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.eclipse.aether.RepositorySystem;

/**
 * Renders every file of the master and of the nodes, and leaves them under <code>target/diskless
 * </code> for people to read.
 */
@Mojo(
    name = "generate",
    defaultPhase = LifecyclePhase.GENERATE_RESOURCES,
    threadSafe = true,
    configurator = "diskless")
public final class GenerateMojo extends AbstractClusterMojo {

  @Inject
  public GenerateMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    GenerateGoal generation = GenerateGoal.run(cluster);
    tell(generation.warnings());
    getLog().info(generation.summary());
  }
}
