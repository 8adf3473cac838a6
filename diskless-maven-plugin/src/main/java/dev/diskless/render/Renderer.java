package dev.diskless.render;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Layer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Renders the templates of a cluster. */
public final class Renderer {

  private final Problems problems = new Problems();

  /**
   * @param projectTemplates the project's own templates; need not exist
   * @param baseDir file names in problems are relative to it
   * @param timestamp the mtime of all that is rendered
   */
  public Renderer(Cluster cluster, Path projectTemplates, Path baseDir, Instant timestamp) {
    Objects.requireNonNull(cluster, "cluster");
  }

  /** What the master's services read, such as {@code etc/dhcp/dhcpd.conf}. */
  public Layer master() {
    return Layer.builder("rendered master").build();
  }

  /** Files of the TFTP root, such as {@code pxelinux.cfg/default}. */
  public Layer boot() {
    return Layer.builder("rendered boot").build();
  }

  /** What is the same on all nodes. */
  public Layer all() {
    return Layer.builder("rendered all").build();
  }

  /** What is the same on all nodes of a group. */
  public Layer group(Group group) {
    return Layer.builder("rendered group " + group.name()).build();
  }

  /** What only one node has. */
  public Layer node(Node node) {
    return Layer.builder("rendered node " + node.name()).build();
  }

  /** All problems found so far; those of the cluster as a whole are known from the start. */
  public List<Problem> problems() {
    return problems.all();
  }
}
