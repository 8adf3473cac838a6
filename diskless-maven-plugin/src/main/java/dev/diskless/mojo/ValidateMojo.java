package dev.diskless.mojo;

import dev.diskless.goal.ValidateGoal;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.eclipse.aether.RepositorySystem;

/** Checks the descriptor and what lies beside it, and tells every mistake at once. */
@Mojo(
    name = "validate",
    defaultPhase = LifecyclePhase.VALIDATE,
    threadSafe = true,
    configurator = "diskless")
public final class ValidateMojo extends AbstractClusterMojo {

  @Inject
  public ValidateMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    tell(ValidateGoal.run(cluster));
  }
}
