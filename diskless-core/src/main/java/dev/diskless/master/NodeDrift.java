package dev.diskless.master;

import java.util.List;

/**
 * Changes of a node in its tree of a release.
 *
 * @param version the release
 * @param node the node's name
 * @param address the node's address, which names the tree
 * @param changes changes by path
 */
public record NodeDrift(String version, String node, String address, List<Change> changes) {

  public NodeDrift {
    changes = List.copyOf(changes);
  }
}
