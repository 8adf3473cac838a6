package dev.diskless.mojo;

import dev.diskless.fleet.Copy;
import dev.diskless.master.MasterHost;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.io.IOException;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * Copies a file or a folder to nodes that run, over ssh as root, and tells how each got it. A node
 * with <code>root: full</code> that is not reached gets it in its tree, where this is the master.
 * What is to stay belongs into <code>src/main/cluster/files</code>: with <code>overlay</code> and
 * <code>ram</code> it is gone with the next reboot, and in every mode with the next release.
 */
@Mojo(name = "push", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class PushMojo extends AbstractRemoteMojo {

  /** A file, or a folder with all that is in it. */
  @Parameter(property = "diskless.source")
  private File source;

  /** The folder on the nodes that it goes into, absolute; it is made where it is not there. */
  @Parameter(property = "diskless.target")
  private String target;

  @Inject
  public PushMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject project) throws IOException {
    if (source == null || target == null) {
      throw new ProblemException(
          Problem.error(
              "the source or the target of the copy is missing",
              "write -Ddiskless.source=FILE -Ddiskless.target=/etc"));
    }
    MasterHost host = host(project);
    new Copy(source.toPath(), target)
        .to(targets(project, host), fleet(project, host), Optional.of(host))
        .forEach(line -> getLog().info(line));
  }
}
