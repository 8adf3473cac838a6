package dev.diskless.compose;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;

/** Rejects groups whose tree lacks the program that gives the master the values of a node. */
public final class MonitoringRequirements {

  private static final TreePath EXPORTER = TreePath.of("usr/bin/prometheus-node-exporter");

  private MonitoringRequirements() {}

  /**
   * Reports an error if the cluster has monitoring and the tree has no node exporter.
   *
   * @param tree tree of the group with all its layers
   */
  public static void check(Cluster cluster, Group group, FileTree tree, Problems problems) {
    if (cluster.monitoring().hasPrometheus() && tree.resolve(EXPORTER).isEmpty()) {
      problems.error(
          "group %s: monitoring: prometheus needs /%s, which the image %s does not have"
              .formatted(group.name(), EXPORTER.raw(), group.image()),
          "add the package prometheus-node-exporter to it, or remove monitoring: prometheus");
    }
  }
}
