package dev.diskless.master;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What is to be kept.
 *
 * @param keep how many releases at least, those last active first
 * @param off nodes that are known to run nothing though they do not answer; {@link #ALL} for all
 *     that nothing answers for
 * @param dropDrift whether a release goes though nodes changed something in their trees of it
 * @param ignored absolute paths on nodes where changes do not count
 * @param status how nodes are asked
 */
public record PruneRequest(
    int keep, Set<String> off, boolean dropDrift, List<String> ignored, StatusRequest status) {

  /** Stands for every node that nothing answers for. No node can have this name. */
  public static final String ALL = "ALL";

  public PruneRequest {
    off = Set.copyOf(off);
    ignored = List.copyOf(ignored);
    Objects.requireNonNull(status, "status");
    if (keep < 1) {
      throw new IllegalArgumentException("keeps " + keep);
    }
  }

  /** Whether a node that did not say what it runs is known to run nothing. */
  boolean isOff(NodeStatus node) {
    return off.contains(node.name())
        || off.contains(ALL)
            && (node.state() == NodeState.UNREACHABLE || node.state() == NodeState.NOT_ASKED);
  }
}
