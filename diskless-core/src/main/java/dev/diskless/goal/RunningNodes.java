package dev.diskless.goal;

import dev.diskless.fleet.Fleet;
import dev.diskless.fleet.Selection;
import dev.diskless.master.MasterHost;
import dev.diskless.model.Node;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterSelection;
import java.io.IOException;
import java.util.List;

/**
 * Running nodes of a cluster, and the connection to them.
 *
 * @param master with the cluster and the keys of the nodes
 * @param names names, ranges and groups of nodes, or {@code all}; null is an error
 * @param ssh how to connect
 * @param parallel how many nodes to connect to at the same time, at least 1
 */
public record RunningNodes(MasterSelection master, String names, SshOptions ssh, int parallel) {

  /**
   * Returns the selected nodes, in the order of the cluster.
   *
   * @throws ProblemException if no node is selected, or if a name is unknown
   */
  List<Node> targets(ClusterProject project) throws IOException {
    return Selection.of(names, master.targets(project), "diskless.nodes");
  }

  /**
   * Returns what runs commands on nodes.
   *
   * @throws ProblemException if the limit or the number of connections is too small
   */
  Fleet fleet(ClusterProject project, MasterHost host) {
    if (ssh.seconds() < 0 || parallel < 1) {
      throw new ProblemException(
          "diskless.timeout is %d and diskless.parallel %d".formatted(ssh.seconds(), parallel),
          "set diskless.timeout to 0 or more, and diskless.parallel to 1 or more");
    }
    return new Fleet(ssh.ssh(host), parallel, project.progress());
  }
}
