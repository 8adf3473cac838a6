package dev.diskless.master;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Rules about the releases to keep.
 *
 * @param keep minimum number of releases to keep, the last active first
 * @param off nodes that are known to be off; {@link #ALL} for all nodes that do not answer
 * @param dropDrift whether to remove a release although nodes changed their trees of it
 * @param ignored absolute paths on nodes whose changes do not count
 * @param status how to query nodes
 */
public record PruneRequest(
    int keep, Set<String> off, boolean dropDrift, List<String> ignored, StatusRequest status) {

  /** Name for all nodes that do not answer. A node cannot have this name. */
  public static final String ALL = "ALL";

  public PruneRequest {
    off = Set.copyOf(off);
    ignored = List.copyOf(ignored);
    Objects.requireNonNull(status, "status");
    if (keep < 1) {
      throw new IllegalArgumentException("keeps " + keep);
    }
  }

  /** Whether a node that did not report a release is known to be off. */
  boolean isOff(NodeStatus node) {
    return off.contains(node.name())
        || off.contains(ALL)
            && (node.state() == NodeState.UNREACHABLE || node.state() == NodeState.NOT_ASKED);
  }
}
