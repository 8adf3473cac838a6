package dev.diskless.build;

import dev.diskless.image.PreparedImage;
import dev.diskless.lab.Lab;
import dev.diskless.lab.LabOptions;
import dev.diskless.lab.LabRequest;
import dev.diskless.lab.NodeReport;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The goal {@code boot}: the bundle of {@code package}, started as a whole cluster in virtual
 * machines.
 *
 * @param warnings what the user should know though the build goes on
 * @param reports one a node
 */
public record ClusterBoot(List<Problem> warnings, List<NodeReport> reports) {

  /**
   * @param names of the nodes to start; none for the first of each group
   * @param masterName of the only master whose nodes are started; may be empty
   * @param checks the user's own, in folders all, groups/NAME and nodes/NAME
   * @param options how the lab is run
   * @param earlier the bundle that the nodes start with before they get the project's
   * @throws ProblemException if there is no such node, or the lab cannot be had
   */
  public static ClusterBoot run(
      ClusterProject project,
      List<String> names,
      Optional<String> masterName,
      Path checks,
      LabOptions options,
      Optional<Path> earlier)
      throws IOException {
    Cluster cluster = ofOneMaster(Validation.read(project).cluster(), names, masterName);
    List<Node> nodes = select(cluster, names);
    Problems problems = new Problems();
    PreparedImage master =
        project.imageStore().prepare(new Image("lab-master", Lab.master(cluster)), problems);
    Optional<Path> medium = Optional.empty();
    if (options.needMedium(nodes)) {
      medium = Optional.of(project.work().toAbsolutePath().resolve("lab/medium.iso"));
      BootMedium.writeNetwork(project, cluster, medium.get(), problems);
    }
    problems.throwIfErrors();
    List<NodeReport> reports =
        Lab.run(
            new LabRequest(
                cluster,
                project.bundle().toAbsolutePath(),
                earlier,
                medium,
                nodes,
                master.tree(),
                master.fingerprint(),
                checks,
                project.cache().toAbsolutePath().resolve("lab"),
                project.work().toAbsolutePath().resolve("lab"),
                options),
            project.progress());
    return new ClusterBoot(problems.warnings(), reports);
  }

  /**
   * The cluster as the lab's only master serves it: the one that is named, or that of all the
   * nodes.
   */
  static Cluster ofOneMaster(Cluster cluster, List<String> names, Optional<String> masterName) {
    if (masterName.isPresent()) {
      Cluster view = MasterChoice.named(cluster, masterName.get());
      for (Node node : select(cluster, names)) {
        if (!names.isEmpty() && !cluster.masterOf(node).equals(view.master())) {
          throw new ProblemException(
              Problem.error(
                  "node %s boots from the master %s, and not from %s"
                      .formatted(node.name(), cluster.masterOf(node).name(), masterName.get()),
                  "name nodes of one master in -Ddiskless.boot.nodes"));
        }
      }
      return view;
    }
    if (cluster.hasOneMaster()) {
      return cluster;
    }
    List<String> masters =
        select(cluster, names).stream().map(n -> cluster.masterOf(n).name()).distinct().toList();
    if (masters.size() != 1) {
      throw new ProblemException(
          Problem.error(
              "a lab has one master, and these nodes boot from " + String.join(", ", masters),
              "name nodes of one master in -Ddiskless.boot.nodes, or the master in"
                  + " -Ddiskless.master="));
    }
    return MasterChoice.named(cluster, masters.get(0));
  }

  static List<Node> select(Cluster cluster, List<String> names) {
    List<Node> nodes = new ArrayList<>();
    if (names.isEmpty()) {
      for (Group group : cluster.usedGroups()) {
        cluster.nodes().stream()
            .filter(n -> n.group().name().equals(group.name()))
            .findFirst()
            .ifPresent(nodes::add);
      }
      return nodes;
    }
    List<Problem> unknown = new ArrayList<>();
    for (String name : names) {
      cluster
          .node(name)
          .ifPresentOrElse(
              nodes::add,
              () ->
                  unknown.add(
                      Problem.error(
                          "there is no node " + name + " to boot",
                          "name nodes of the descriptor in -Ddiskless.boot.nodes, with commas"
                              + " between them")));
    }
    if (!unknown.isEmpty()) {
      throw new ProblemException(unknown);
    }
    return nodes.stream().distinct().toList();
  }
}
