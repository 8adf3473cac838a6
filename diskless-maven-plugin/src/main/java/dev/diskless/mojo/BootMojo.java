package dev.diskless.mojo;

import dev.diskless.build.ClusterBoot;
import dev.diskless.build.ClusterProject;
import dev.diskless.lab.NodeReport;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * Boots the bundle as a whole cluster in virtual machines, and checks every node. It runs only
 * where <code>diskless.boot</code> is set, for it takes minutes.
 */
@Mojo(name = "boot", defaultPhase = LifecyclePhase.INTEGRATION_TEST, threadSafe = true)
public final class BootMojo extends AbstractClusterMojo {

  /** Whether to boot at all. */
  @Parameter(property = "diskless.boot", defaultValue = "false")
  private boolean boot;

  /** The nodes to boot, with commas between them. By default the first of each group. */
  @Parameter(property = "diskless.boot.nodes")
  private List<String> nodes;

  /**
   * Checks of your own: executables in the folders <code>all</code>, <code>groups/NAME</code> and
   * <code>nodes/NAME</code>, which run on the nodes. Exit code 0 is a pass.
   */
  @Parameter(
      property = "diskless.boot.checks",
      defaultValue = "${project.basedir}/src/test/cluster")
  private File checks;

  @Inject
  public BootMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    if (!boot) {
      getLog().debug("not booted, for diskless.boot is not set");
      return;
    }
    List<String> names = nodes == null ? List.of() : nodes.stream().map(String::strip).toList();
    ClusterBoot result = ClusterBoot.run(cluster, names, checks.toPath());
    tell(result.warnings());
    List<Problem> failures = new ArrayList<>();
    for (NodeReport report : result.reports()) {
      if (report.isWell()) {
        getLog().info(report.summary());
      } else {
        failures.add(Problem.error(report.details(), "see " + report.console()));
      }
    }
    if (!failures.isEmpty()) {
      throw new ProblemException(failures);
    }
  }
}
