package dev.diskless.project;

import dev.diskless.master.InstalledCluster;
import dev.diskless.master.MasterHost;
import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Selects a cluster on a master. A master needs no project.
 *
 * @param root directory that replaces {@code /} of the master
 * @param cluster name of the cluster; empty for the cluster of the descriptor, or else the only
 *     cluster on the master
 * @param directory directory of all clusters; empty for the directory of the descriptor, or else
 *     {@link MasterHost#DIRECTORY}
 */
public record MasterSelection(Path root, Optional<String> cluster, Optional<String> directory) {

  /** Returns whether the master is this machine, and not a directory that replaces it in a test. */
  public boolean isThisMachine() {
    return root.equals(Path.of("/"));
  }

  /**
   * Returns the selected cluster on its master.
   *
   * @throws dev.diskless.problem.ProblemException if the descriptor has errors, or if nothing
   *     selects one of several clusters
   */
  public MasterHost host(ClusterProject project) throws IOException {
    if (cluster.isPresent()) {
      return new MasterHost(root, directory.orElse(MasterHost.DIRECTORY), cluster.get());
    }
    if (Files.exists(project.descriptor())) {
      Cluster described = ProjectReader.descriptor(project).cluster();
      return new MasterHost(
          root, directory.orElse(described.release().directory()), described.name());
    }
    return MasterHost.only(root, directory.orElse(MasterHost.DIRECTORY));
  }

  /** Returns the nodes of the descriptor. Without a descriptor, those of the active release. */
  public List<Node> targets(ClusterProject project) throws IOException {
    if (Files.exists(project.descriptor())) {
      return ProjectReader.descriptor(project).cluster().nodes();
    }
    MasterHost host = host(project);
    return InstalledCluster.of(host, host.requireActive()).nodes();
  }
}
