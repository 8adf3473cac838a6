package dev.diskless.lab;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.model.Profile;
import dev.diskless.tree.FileTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Cluster, bundle and nodes that a lab boots.
 *
 * @param cluster the cluster that the bundle describes
 * @param bundle the packaged bundle
 * @param earlier another bundle of the same cluster, which the nodes start from first; may be
 *     absent
 * @param medium the cluster's boot medium; present if a node starts from it
 * @param nodes the nodes to start, at least one
 * @param master the master's root tree, made of {@link Lab#master}
 * @param masterFingerprint fingerprint that changes with the master's root tree
 * @param checks the user's own: executables in the folders {@code all}, {@code groups/NAME} and
 *     {@code nodes/NAME}; need not exist
 * @param cache folder for files that all labs of the user share
 * @param work folder for consoles, logs and reports; an absolute path
 * @param options options of the lab
 */
public record LabRequest(
    Cluster cluster,
    Path bundle,
    Optional<Path> earlier,
    Optional<Path> medium,
    List<Node> nodes,
    FileTree master,
    String masterFingerprint,
    Path checks,
    Path cache,
    Path work,
    LabOptions options) {

  public LabRequest {
    Objects.requireNonNull(cluster, "cluster");
    Objects.requireNonNull(master, "master");
    Objects.requireNonNull(options, "options");
    nodes = List.copyOf(nodes);
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException("no node to start");
    }
    if (options.needMedium(nodes) && medium.isEmpty()) {
      throw new IllegalArgumentException("no boot medium");
    }
  }

  /** Whether the lab performs a step with all nodes together, so that no node may end before it. */
  boolean needsAllAtOnce() {
    return earlier.isPresent() || cluster.profile() == Profile.SLURM;
  }
}
