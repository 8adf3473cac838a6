package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.model.Cluster;
import dev.diskless.model.ClusterJson;
import dev.diskless.model.Node;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The cluster of an installed release.
 *
 * @param cluster with all of its masters
 * @param master name of the master that this release was installed for, if the cluster has several
 */
public record InstalledCluster(Cluster cluster, Optional<String> master) {

  /**
   * Reads {@code META-INF/diskless} of a release.
   *
   * @throws ProblemException if the release is damaged
   */
  public static InstalledCluster of(MasterHost host, String version) throws IOException {
    Path release = host.release(version);
    Path file = release.resolve(BundleLayout.CLUSTER.raw());
    Path master = release.resolve(BundleLayout.MASTER_NAME.raw());
    try {
      return new InstalledCluster(
          ClusterJson.read(Files.readString(file)),
          Files.exists(master)
              ? Optional.of(Files.readString(master, UTF_8).strip())
              : Optional.empty());
    } catch (IllegalArgumentException damaged) {
      throw new ProblemException(
          Problem.error(
              Location.of(file.toString()),
              "the file is damaged: " + damaged.getMessage(),
              "activate the release again"),
          damaged);
    }
  }

  /** Returns the nodes that a release serves; none if the release is not complete. */
  static List<Node> nodes(MasterHost host, String version) throws IOException {
    return Files.exists(host.release(version).resolve(BundleLayout.CLUSTER.raw()))
        ? of(host, version).nodes()
        : List.of();
  }

  /** Returns the nodes that this master serves, in the order of the descriptor. */
  public List<Node> nodes() {
    return master.map(m -> cluster.ofMaster(m).nodes()).orElse(cluster.nodes());
  }
}
