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
 * What is to be booted.
 *
 * @param cluster as the bundle has it
 * @param bundle the very file that was packaged
 * @param earlier a bundle of the same cluster that the nodes start with first
 * @param medium the cluster's boot medium; present if a node starts from it
 * @param nodes to start, at least one
 * @param master the master's root tree, made of {@link Lab#master}
 * @param masterFingerprint changes with that tree
 * @param checks the user's own: executables in the folders {@code all}, {@code groups/NAME} and
 *     {@code nodes/NAME}; need not exist
 * @param cache what is made once for all labs of the user
 * @param work consoles, logs and reports; absolute
 * @param options how it is run
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

  /** Whether something is done with all nodes together, so that none may be over before. */
  boolean needsAllAtOnce() {
    return earlier.isPresent() || cluster.profile() == Profile.SLURM;
  }
}
