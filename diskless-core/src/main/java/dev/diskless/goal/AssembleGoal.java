package dev.diskless.goal;

import dev.diskless.boot.GroupKernels;
import dev.diskless.boot.RootRequirements;
import dev.diskless.compose.AccountRequirements;
import dev.diskless.compose.HiddenFiles;
import dev.diskless.compose.ImageChecks;
import dev.diskless.compose.KernelRequirements;
import dev.diskless.compose.LocaleRequirements;
import dev.diskless.compose.LogRequirements;
import dev.diskless.compose.LoginRequirements;
import dev.diskless.compose.MonitoringRequirements;
import dev.diskless.compose.ProfileRequirements;
import dev.diskless.compose.SpaceReport;
import dev.diskless.compose.StandaloneLayer;
import dev.diskless.compose.TimezoneRequirements;
import dev.diskless.compose.Trees;
import dev.diskless.compose.UnitRequirements;
import dev.diskless.descriptor.Descriptor;
import dev.diskless.files.ProjectFiles;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.InitramfsSource;
import dev.diskless.model.Node;
import dev.diskless.model.RootMode;
import dev.diskless.model.Scope;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.ImageFolder;
import dev.diskless.project.ProjectReader;
import dev.diskless.project.WorkFolder;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreeIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The goal {@code assemble}: prepares and packs the images, and composes a root tree for each node.
 * An index for {@code package} contains what groups and nodes add to their images.
 */
public record AssembleGoal() implements Goal {

  /**
   * Prepares the images, then packs the images and composes all trees at the same time.
   *
   * @throws ProblemException if an image is not available, or if a layer cannot be laid over others
   */
  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    Descriptor descriptor = ProjectReader.descriptor(project);
    Cluster cluster = descriptor.cluster();
    WorkFolder work = project.workFolder();
    if (!Files.exists(work.renderedIndex())) {
      throw new ProblemException(
          "no rendered files found", "run mvn diskless:generate or mvn package first");
    }
    Problems problems = new Problems();
    ProjectFiles files = ProjectReader.files(project, descriptor, problems);
    problems.throwIfErrors();
    Map<String, FileTree> images = new LinkedHashMap<>();
    ImageFolder imageFolder = new ImageFolder(project);
    for (Image image : cluster.usedImages()) {
      images.put(image.name(), imageFolder.prepare(image, problems));
    }
    problems.throwIfErrors();
    ImageChecks checks = ImageChecks.start(cluster, images);
    try (ImagePacking packing = ImagePacking.start(project, cluster)) {
      GoalResult assembly = compose(project, descriptor, files, images, checks, problems);
      packing.join();
      return assembly;
    }
  }

  private static GoalResult compose(
      ClusterProject project,
      Descriptor descriptor,
      ProjectFiles files,
      Map<String, FileTree> images,
      ImageChecks checks,
      Problems problems)
      throws IOException {
    Cluster cluster = descriptor.cluster();
    WorkFolder work = project.workFolder();
    Problems ofTrees = new Problems();
    SpaceReport space = new SpaceReport(cluster, images);
    Composer composer =
        new Composer(
            descriptor, images, new Trees(descriptor, images, files, ofTrees), space, ofTrees);
    try (TreeIndex.Writer index = TreeIndex.writer(work.layersIndex())) {
      composer.index = index;
      TreeIndex.forEach(work.renderedIndex(), composer::compose);
      problems.addAll(checks.join());
      problems.addAll(ofTrees.all());
      problems.throwIfErrors();
      index.commit();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Files.writeString(work.space(), space.text());
    return GoalResult.made(
        problems.warnings(),
        "%s on %s, at most %,.0f MB on the master (%s)"
            .formatted(
                counted(cluster.nodes().size(), "root tree"),
                counted(images.size(), "image"),
                space.onMaster() / 1e6,
                project.directory().relativize(work.space())));
  }

  private static String counted(int number, String thing) {
    return "%,d %s%s".formatted(number, thing, number == 1 ? "" : "s");
  }

  /** Takes the rendered layers in their order, all, groups, nodes, and composes as they come. */
  private static final class Composer {

    /** Number of nodes whose errors are reported. Further nodes usually have the same errors. */
    private static final int NODES_TOLD = 5;

    private final Descriptor descriptor;
    private final Cluster cluster;
    private final Map<String, FileTree> images;
    private final Trees trees;
    private final HiddenFiles hidden;
    private final SpaceReport space;
    private final Problems problems;
    private final Map<String, Group> groups = new HashMap<>();
    private final Map<String, Node> nodes = new HashMap<>();
    private final Map<String, FileTree> groupTrees = new HashMap<>();
    private TreeIndex.Writer index;
    private Layer renderedForAll;
    private int nodesWithErrors;

    Composer(
        Descriptor descriptor,
        Map<String, FileTree> images,
        Trees trees,
        SpaceReport space,
        Problems problems) {
      this.descriptor = descriptor;
      this.cluster = descriptor.cluster();
      this.images = images;
      this.trees = trees;
      this.hidden = new HiddenFiles(descriptor, problems);
      this.space = space;
      this.problems = problems;
      cluster.usedGroups().forEach(g -> groups.put(g.name(), g));
      cluster.nodes().forEach(n -> nodes.put(n.name(), n));
    }

    void compose(Layer rendered) {
      try {
        Scope scope = Scope.parse(rendered.name());
        if (scope instanceof Scope.All) {
          renderedForAll = rendered;
        } else if (scope instanceof Scope.OfGroup group && groups.containsKey(group.name())) {
          composeGroup(groups.get(group.name()), rendered);
        } else if (scope instanceof Scope.OfNode node
            && nodes.containsKey(node.name())
            && nodesWithErrors < NODES_TOLD) {
          composeNode(nodes.get(node.name()), rendered);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void composeGroup(Group group, Layer rendered) throws IOException {
      FileTree tree = trees.group(group, renderedForAll, rendered);
      groupTrees.put(group.name(), tree);
      if (group.root() == RootMode.SHARED) {
        RootRequirements.checkFolders("group " + group.name(), tree, problems);
      }
      MonitoringRequirements.check(cluster, group, tree, problems);
      ProfileRequirements.check(cluster, group, tree, problems);
      LogRequirements.check(descriptor, group, tree, problems);
      KernelRequirements.check(descriptor, group, images.get(group.image()), tree, problems);
      LoginRequirements.check(group, tree, problems);
      LocaleRequirements.check(descriptor, group, tree, problems);
      TimezoneRequirements.check(descriptor, group, tree, problems);
      AccountRequirements.check(group.image(), images.get(group.image()), tree, problems);
      Layer own = StandaloneLayer.of(rendered.name(), tree, images.get(group.image()));
      UnitRequirements.check(tree, own, problems);
      UnitRequirements.checkArguments(group, tree, problems);
      hidden.check(group, own);
      index.add(own);
      space.add(own);
      if (group.initramfs() == InitramfsSource.NONE) {
        GroupKernels.check(cluster, group, tree, own, problems);
      }
    }

    private void composeNode(Node node, Layer rendered) throws IOException {
      int before = problems.all().size();
      FileTree tree = trees.node(node, rendered);
      Layer own = StandaloneLayer.of(rendered.name(), tree, groupTrees.get(node.group().name()));
      UnitRequirements.check(tree, own, problems);
      hidden.check(node.group(), own);
      index.add(own);
      space.add(own);
      String image = node.group().image();
      AccountRequirements.check(image, images.get(image), tree, problems);
      // The errors of its group are reported already.
      if (node.group().root() == RootMode.SHARED && !own.deleted().isEmpty()) {
        RootRequirements.checkFolders("node " + node.name(), tree, problems);
      }
      if (problems.all().size() > before && problems.hasErrors()) {
        nodesWithErrors++;
      }
    }
  }
}
