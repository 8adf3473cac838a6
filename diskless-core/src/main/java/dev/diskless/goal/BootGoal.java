package dev.diskless.goal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.boot.KernelChoice;
import dev.diskless.boot.KernelFiles;
import dev.diskless.boot.KernelFormat;
import dev.diskless.boot.KernelImage;
import dev.diskless.bundle.BundleJson;
import dev.diskless.bundle.BundleLayout;
import dev.diskless.bundle.BundleReader;
import dev.diskless.image.PreparedImage;
import dev.diskless.lab.Lab;
import dev.diskless.lab.LabOptions;
import dev.diskless.lab.LabRequest;
import dev.diskless.lab.NodeReport;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.Network;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterChoice;
import dev.diskless.project.ProjectReader;
import dev.diskless.tree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The goal {@code boot}: starts the bundle of {@code package} as a cluster in virtual machines.
 *
 * @param names of the nodes to start; empty for the first node of each group
 * @param masterName the only master whose nodes to start; empty for the master of all these nodes
 * @param checks folder with the user's own checks, in {@code all}, {@code groups/NAME} and {@code
 *     nodes/NAME}
 * @param options of the lab
 * @param earlier bundle that the nodes start with before they get the project's bundle
 */
public record BootGoal(
    List<String> names,
    Optional<String> masterName,
    Path checks,
    LabOptions options,
    Optional<Path> earlier)
    implements Goal {

  /**
   * @throws ProblemException if a node does not exist, or if the lab cannot start
   */
  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    Cluster whole = ProjectReader.descriptor(project).cluster();
    Cluster cluster = ofOneMaster(whole, names, masterName);
    requireItsBundle(project, whole);
    Problems problems = new Problems();
    List<Node> nodes = inReach(cluster, names, problems);
    problems.throwIfErrors();
    Lab.check(cluster, nodes, options);
    refuseForeignKernels(MediumGoal.images(project, cluster), nodes, problems);
    problems.throwIfErrors();
    PreparedImage master =
        project.imageStore().prepare(new Image("lab-master", Lab.master(cluster)), problems);
    Optional<Path> medium = Optional.empty();
    if (options.needMedium(nodes)) {
      medium = Optional.of(project.work().toAbsolutePath().resolve("lab/medium.iso"));
      MediumGoal.writeNetwork(project, cluster, medium.get(), problems);
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
    for (NodeReport report : reports) {
      if (report.isWell()) {
        project.progress().say(report.summary());
      } else {
        problems.error(report.details(), report.advice());
      }
    }
    return GoalResult.found(List.of(), problems.all());
  }

  /** The lab checks nodes against the descriptor and boots the bundle, so both must be equal. */
  private static void requireItsBundle(ClusterProject project, Cluster cluster) throws IOException {
    Path bundle = project.bundle();
    if (!Files.isRegularFile(bundle)) {
      throw new ProblemException("the bundle does not exist: " + bundle, "run mvn package first");
    }
    byte[] packed = BundleReader.meta(bundle).get(BundleLayout.CLUSTER.rawName());
    if (!Arrays.equals(packed, BundleJson.cluster(cluster).getBytes(UTF_8))) {
      throw new ProblemException(
          ("the bundle %s does not match the descriptor: one of them has changed since mvn"
                  + " package")
              .formatted(bundle),
          "run mvn package, or mvn verify -Ddiskless.boot, which packages and boots");
    }
  }

  /**
   * Returns the nodes to start. A lab is one Ethernet without a relay, so that its master receives
   * requests only from nodes in its own network.
   *
   * @param problems receives an error for each named node outside the master's network, and a
   *     warning for each group without a node in that network
   */
  static List<Node> inReach(Cluster cluster, List<String> names, Problems problems) {
    Optional<Network> own = cluster.findNetwork(cluster.master().address());
    Predicate<Node> near = n -> cluster.findNetwork(n.address()).equals(own);
    String where =
        "the network of the master %s%s"
            .formatted(
                cluster.master().name(),
                own.map(n -> ", " + n.subnet()).orElse(", because it has no address"));
    if (!names.isEmpty()) {
      List<Node> nodes = select(cluster, names);
      nodes.stream()
          .filter(near.negate())
          .forEach(
              n ->
                  problems.error(
                      "node %s (%s) is not in %s, and a lab has no relay"
                          .formatted(n.name(), n.address(), where),
                      "choose nodes of that network with -Ddiskless.boot.nodes"));
      return nodes;
    }
    List<Node> nodes = new ArrayList<>();
    for (Group group : cluster.usedGroups()) {
      cluster.nodes().stream()
          .filter(n -> n.group().name().equals(group.name()))
          .filter(near)
          .findFirst()
          .ifPresentOrElse(
              nodes::add,
              () ->
                  problems.warning(
                      "no node of group %s is booted, because none is in %s"
                          .formatted(group.name(), where),
                      "add a node there to check that its image boots"));
    }
    if (nodes.isEmpty()) {
      problems.error(
          "no node is in " + where + ", and a lab has no relay",
          "add a node there, or boot the nodes on real machines");
    }
    return nodes;
  }

  /**
   * Rejects kernels for other processors. The virtual machines of a lab have amd64 processors, and
   * a node with another kernel would hang without a message.
   */
  static void refuseForeignKernels(
      Map<String, FileTree> images, List<Node> nodes, Problems problems) throws IOException {
    for (KernelChoice choice :
        KernelChoice.of(nodes.stream().map(Node::group).distinct().toList())) {
      String image = choice.image();
      Optional<KernelFiles> kernel =
          KernelFiles.find(image, images.get(image), choice.version(), problems);
      if (kernel.isPresent()
          && KernelImage.format(kernel.get().kernel().content())
              .equals(Optional.of(KernelFormat.ARM64))) {
        List<String> names =
            nodes.stream()
                .filter(n -> choice.groups().contains(n.group()))
                .map(Node::name)
                .toList();
        problems.error(
            "image %s, %s: it is a kernel for arm64, and the lab's machines are amd64, so %s cannot boot there"
                .formatted(image, kernel.get().kernel().path(), String.join(", ", names)),
            "choose nodes with other images with -Ddiskless.boot.nodes");
      }
    }
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
              "node %s boots from the master %s, and not from %s"
                  .formatted(node.name(), cluster.masterOf(node).name(), masterName.get()),
              "choose nodes of one master with -Ddiskless.boot.nodes");
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
          "a lab has one master, and these nodes boot from " + String.join(", ", masters),
          "choose nodes of one master with -Ddiskless.boot.nodes, or a master with"
              + " -Ddiskless.master=");
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
                          "node " + name + " does not exist",
                          "list nodes of the descriptor in -Ddiskless.boot.nodes, separated"
                              + " by commas")));
    }
    if (!unknown.isEmpty()) {
      throw new ProblemException(unknown);
    }
    return nodes.stream().distinct().toList();
  }
}
