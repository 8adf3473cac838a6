package dev.diskless.mojo;

import dev.diskless.master.MasterHost;
import dev.diskless.master.Rollback;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterOfProject;
import java.io.IOException;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * On the master: switches back to the release that the active one replaced, or to any that is
 * installed. Nothing is copied, so it takes no longer for a large release than for a small one.
 */
@Mojo(name = "rollback", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class RollbackMojo extends AbstractReleaseMojo {

  /** The installed version to go to; by default the one that the active one replaced. */
  @Parameter(property = "diskless.version")
  private String version;

  /** The cluster; by default the descriptor's, or the only one on this master. */
  @Parameter(property = "diskless.cluster")
  private String cluster;

  /** Holds all clusters; by default what the descriptor says, or <code>/srv/diskless</code>. */
  @Parameter(property = "diskless.directory")
  private String directory;

  @Inject
  public RollbackMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject project) throws IOException {
    MasterHost host =
        MasterOfProject.of(
            project, root(), Optional.ofNullable(cluster), Optional.ofNullable(directory));
    if (isDryRun()) {
      Rollback.plan(host, Optional.ofNullable(version), project.progress());
    } else {
      Rollback.run(host, Optional.ofNullable(version), withServices(), project.progress());
    }
  }
}
