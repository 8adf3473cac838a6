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

/** Which cluster on a master a goal is about. */
public final class MasterOfProject {

  private MasterOfProject() {}

  /**
   * The one that is named, or else the descriptor's, or else the only one that is there, for a
   * master needs no project.
   *
   * @param root what stands for {@code /}
   * @param directory holds all clusters
   */
  public static MasterHost of(
      ClusterProject project, Path root, Optional<String> cluster, Optional<String> directory)
      throws IOException {
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

  /** The nodes of the descriptor, or where there is none, of the release that is active. */
  public static List<Node> targets(ClusterProject project, MasterHost host) throws IOException {
    return Files.exists(project.descriptor())
        ? ProjectReader.descriptor(project).cluster().nodes()
        : InstalledCluster.of(host, host.requireActive()).nodes();
  }
}
