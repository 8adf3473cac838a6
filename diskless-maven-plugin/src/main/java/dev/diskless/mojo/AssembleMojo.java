package dev.diskless.mojo;

import dev.diskless.goal.AssembleGoal;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.util.Set;
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

  private static final Set<String> PHASES_FROM_PACKAGE =
      Set.of(
          "package",
          "pre-integration-test",
          "integration-test",
          "post-integration-test",
          "verify",
          "install",
          "deploy");

  @Inject
  public AssembleMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    AssembleGoal assembly = AssembleGoal.run(cluster, isPackedNext());
    tell(assembly.warnings());
    getLog().info(assembly.summary());
  }

  /**
   * Whether this build goes on to the goal {@code package}, as far as the phases tell that Maven
   * was called with; and whether that goal will know what this one did.
   */
  private boolean isPackedNext() {
    return getPluginContext() != null
        && session().getGoals().stream().anyMatch(PHASES_FROM_PACKAGE::contains);
  }
}
