package dev.diskless.mojo;

import dev.diskless.fleet.Fleet;
import dev.diskless.fleet.Selection;
import dev.diskless.master.MasterHost;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterOfProject;
import java.io.IOException;
import java.util.List;
import org.apache.maven.plugins.annotations.Parameter;

/** What goals have in common that do something on nodes that run. */
abstract class AbstractRemoteMojo extends AbstractInstalledMojo {

  private static final String NODES = "diskless.nodes";

  /**
   * The nodes, with commas between them: names, ranges such as <code>node[001-016]</code>, groups
   * such as <code>@compute</code>, or <code>all</code>.
   */
  @Parameter(property = NODES)
  private String nodes;

  /**
   * A program that reaches nodes in the place of the library: <code>ssh</code>, or what takes its
   * arguments.
   */
  @Parameter(property = "diskless.ssh")
  private String ssh;

  /** How long each node has, in seconds; 0 for no limit. */
  @Parameter(property = "diskless.timeout", defaultValue = "0")
  private int timeout;

  /** How many nodes are at work at the same time. */
  @Parameter(property = "diskless.parallel", defaultValue = "32")
  private int parallel;

  AbstractRemoteMojo(RepositoryArtifacts artifacts) {
    super(artifacts);
  }

  final List<Node> targets(ClusterProject project, MasterHost host) throws IOException {
    return Selection.of(nodes, MasterOfProject.targets(project, host), NODES);
  }

  final Fleet fleet(ClusterProject project, MasterHost host) {
    if (timeout < 0 || parallel < 1) {
      throw new ProblemException(
          Problem.error(
              "diskless.timeout is %d and diskless.parallel %d".formatted(timeout, parallel),
              "set diskless.timeout to 0 or more, and diskless.parallel to 1 or more"));
    }
    return new Fleet(ssh(host, ssh, timeout), parallel, project.progress());
  }
}
