package dev.diskless.goal;

import dev.diskless.boot.BootFile;
import dev.diskless.boot.BootFiles;
import dev.diskless.boot.Medium;
import dev.diskless.boot.MediumLoaders;
import dev.diskless.boot.MediumWriter;
import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.Image;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.project.AssembledContents;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.ImageFolder;
import dev.diskless.project.ProjectReader;
import dev.diskless.project.WorkFolder;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The goal {@code medium}: writes an image for USB sticks and CDs. The image starts nodes whose
 * firmware cannot start from the network.
 *
 * @param target file of the image
 * @param hasKernel whether the image contains kernels, and not only loaders that query the network
 * @param names of nodes and groups that the image can start; used only with kernels
 */
public record MediumGoal(Path target, boolean hasKernel, List<String> names) implements Goal {

  /**
   * @throws ProblemException if a name is unknown, the images are not assembled, or a loader or a
   *     program is missing
   */
  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    Cluster cluster = ProjectReader.descriptor(project).cluster();
    List<Node> nodes = select(cluster);
    Problems problems = new Problems();
    if (!hasKernel) {
      writeNetwork(project, cluster, target, problems);
      return written(project, problems);
    }
    Map<String, FileTree> images = images(project, cluster);
    MediumLoaders loaders = loaders(images, problems);
    // The goal assemble reports what is missing for the network.
    Problems told = new Problems();
    Map<String, Content> files = new LinkedHashMap<>();
    for (BootFile file : BootFiles.of(cluster, images, BootFiles.THIS_MACHINE, told)) {
      files.put(file.name().raw(), file.entry().content());
    }
    told.throwIfErrors();
    for (Entry own : AssembledContents.groupKernels(cluster, images, project.workFolder())) {
      files.put(own.path().raw(), own.content());
    }
    problems.add(
        Problem.warning(
            "the medium has the kernel of release %s and starts that release only"
                .formatted(cluster.version()),
            "write a new medium for each release"));
    write(project, Medium.kernels(cluster, nodes, files, loaders), target);
    return written(project, problems);
  }

  /**
   * The medium that asks the network, and so fits all nodes and releases.
   *
   * @param problems takes groups whose nodes cannot all start from it, as warnings
   */
  static void writeNetwork(ClusterProject project, Cluster cluster, Path target, Problems problems)
      throws IOException {
    cluster.usedGroups().stream()
        .filter(g -> g.boot() == BootMethod.GRUB)
        .forEach(
            g ->
                problems.add(
                    Problem.warning(
                        ("machines of group %s start from the medium with UEFI only, because"
                                    + " boot: grub")
                                .formatted(g.name())
                            + " has no loader for a BIOS",
                        "write boot: pxelinux or boot: ipxe for machines with a BIOS")));
    MediumLoaders loaders = loaders(images(project, cluster), problems);
    write(project, Medium.network(cluster, loaders), target);
  }

  private static MediumLoaders loaders(Map<String, FileTree> images, Problems problems)
      throws IOException {
    MediumLoaders loaders = MediumLoaders.find(images.values(), BootFiles.THIS_MACHINE, problems);
    problems.throwIfErrors();
    return loaders;
  }

  private static void write(ClusterProject project, Medium medium, Path target) throws IOException {
    MediumWriter.write(
        medium, target, project.workFolder().path().resolve("medium"), project.timestamp());
  }

  private GoalResult written(ClusterProject project, Problems problems) throws IOException {
    return GoalResult.made(
        problems.warnings(),
        "%s: %,.1f MB; write it to a stick with `dd if=%s of=/dev/sdX bs=1M conv=fsync`"
            .formatted(
                target.getFileName(),
                Files.size(target) / 1e6,
                project.directory().toAbsolutePath().relativize(target.toAbsolutePath())));
  }

  static Map<String, FileTree> images(ClusterProject project, Cluster cluster) throws IOException {
    WorkFolder work = project.workFolder();
    Map<String, FileTree> images = new LinkedHashMap<>();
    for (Image image : cluster.usedImages()) {
      if (!Files.exists(work.imageFingerprint(image.name()))) {
        throw new ProblemException(
            "no assembled trees found", "run mvn package diskless:medium, or mvn package first");
      }
      images.put(image.name(), ImageFolder.tree(work, project.memory(), image));
    }
    return images;
  }

  private List<Node> select(Cluster cluster) {
    List<Problem> problems = new ArrayList<>();
    if (hasKernel && names.isEmpty()) {
      problems.add(
          Problem.error(
              "a medium with a kernel needs the nodes that it is for",
              "list nodes or groups in -Ddiskless.medium.nodes, separated by commas"));
    }
    if (!hasKernel && !names.isEmpty()) {
      problems.add(
          Problem.error(
              "diskless.medium.nodes is set, but the medium is the same for all nodes",
              "also set -Ddiskless.medium.kernel, or remove diskless.medium.nodes"));
    }
    List<Node> nodes = new ArrayList<>();
    for (String name : names) {
      List<Node> found = cluster.node(name).map(List::of).orElseGet(() -> ofGroup(cluster, name));
      if (found.isEmpty()) {
        problems.add(
            Problem.error(
                "no node and no group with nodes has the name " + name,
                "list nodes or groups of the descriptor in -Ddiskless.medium.nodes"));
      }
      nodes.addAll(found);
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems);
    }
    return nodes.stream().distinct().toList();
  }

  private static List<Node> ofGroup(Cluster cluster, String name) {
    return cluster.nodes().stream().filter(n -> n.group().name().equals(name)).toList();
  }
}
