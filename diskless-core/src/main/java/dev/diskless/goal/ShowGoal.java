package dev.diskless.goal;

import dev.diskless.compose.AddedUsers;
import dev.diskless.compose.Trees;
import dev.diskless.descriptor.Descriptor;
import dev.diskless.files.ProjectFiles;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.Master;
import dev.diskless.model.Node;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.ImageFolder;
import dev.diskless.project.MasterChoice;
import dev.diskless.project.ProjectReader;
import dev.diskless.template.Renderer;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The goal {@code show}: prints one file, or a tree with the layer of each path, from the
 * descriptor as it is now.
 *
 * @param nodeName the node; empty for a master
 * @param masterName the master; may be empty if there is only one
 * @param file path of the file to print; empty for the tree
 * @param under path below which the tree is printed
 * @param out receives the file or the tree, and stays open
 */
public record ShowGoal(
    Optional<String> nodeName,
    Optional<String> masterName,
    Optional<String> file,
    String under,
    PrintStream out)
    implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    Problems problems = new Problems();
    Descriptor descriptor = ProjectReader.descriptor(project);
    Cluster cluster = descriptor.cluster();
    Renderer renderer = ProjectReader.renderer(project, descriptor);
    FileTree tree;
    if (nodeName.isEmpty()) {
      Master master = MasterChoice.of(cluster, masterName);
      tree = FileTree.of(List.of()).with(renderer.master(master), problems);
    } else {
      Node node = node(cluster, nodeName.get());
      ProjectFiles files = ProjectReader.files(project, descriptor, problems);
      problems.throwIfErrors();
      // First without the image, which may take minutes to install. Problems of this attempt can
      // come from the missing image, so they are ignored.
      tree = nodeTree(descriptor, FileTree.of(List.of()), files, renderer, node, new Problems());
      boolean isMerged =
          file.isPresent() && AddedUsers.changes(node.group(), TreePath.of(file.get()));
      if (file.isEmpty() || isMerged || !hasFile(tree, file.get())) {
        Image image = cluster.image(node.group().image());
        FileTree imageTree = new ImageFolder(project).prepare(image, problems);
        problems.throwIfErrors();
        tree = nodeTree(descriptor, imageTree, files, renderer, node, problems);
      }
    }
    problems.addAll(renderer.problems());
    problems.throwIfErrors();
    String whose =
        nodeName
            .map(n -> "node " + n)
            .orElse("the master" + masterName.map(m -> " " + m).orElse(""));
    if (file.isPresent()) {
      printFile(tree, TreePath.of(file.get()), whose, out);
    } else {
      printTree(tree, TreePath.of(under), whose, out);
    }
    out.flush();
    return GoalResult.EMPTY;
  }

  private static Node node(Cluster cluster, String name) {
    return cluster
        .node(name)
        .orElseThrow(
            () -> {
              List<String> names = new ArrayList<>();
              cluster.nodes().stream().limit(8).forEach(n -> names.add(n.name()));
              if (cluster.nodes().size() > names.size()) {
                names.add("…");
              }
              return new ProblemException(
                  "node " + name + " does not exist", "choose one of " + String.join(", ", names));
            });
  }

  private static FileTree nodeTree(
      Descriptor descriptor,
      FileTree image,
      ProjectFiles files,
      Renderer renderer,
      Node node,
      Problems problems)
      throws IOException {
    Group group = node.group();
    Trees trees = new Trees(descriptor, Map.of(group.image(), image), files, problems);
    trees.group(group, renderer.all(), renderer.group(group));
    return trees.node(node, renderer.node(node));
  }

  private static boolean hasFile(FileTree tree, String path) {
    return tree.get(TreePath.of(path)).filter(Entry::isFile).isPresent();
  }

  private static void printFile(FileTree tree, TreePath path, String whose, PrintStream out)
      throws IOException {
    Entry entry =
        tree.resolve(path)
            .orElseThrow(
                () ->
                    new ProblemException(
                        whose + " has no " + path,
                        "run the goal without diskless.file to see all its files"));
    if (!entry.isFile()) {
      throw new ProblemException(
          path + " of " + whose + " is not a file",
          "set diskless.under=" + path + " to see below it");
    }
    try (InputStream in = entry.content().open()) {
      in.transferTo(out);
    }
  }

  private static void printTree(FileTree tree, TreePath under, String whose, PrintStream out) {
    if (tree.get(under).isEmpty()) {
      throw new ProblemException(
          whose + " has no " + under,
          "run the goal without diskless.under to see all its" + " files");
    }
    for (Iterator<Entry> entries = tree.below(under); entries.hasNext(); ) {
      out.println(line(entries.next()));
    }
  }

  private static String line(Entry entry) {
    String name = entry.path().toString();
    if (entry.isSymlink()) {
      name += " -> " + entry.displayTarget();
    }
    String size =
        switch (entry.type()) {
          case FILE -> Long.toString(entry.content().size());
          case CHARACTER_DEVICE, BLOCK_DEVICE ->
              entry.device().major() + "," + entry.device().minor();
          case DIRECTORY, SYMLINK, FIFO, SOCKET -> "-";
        };
    return "%s %5d:%-5d %10s  %-60s %s"
        .formatted(
            mode(entry), entry.metadata().uid(), entry.metadata().gid(), size, name, entry.layer());
  }

  /** Returns type and mode as ls(1) prints them. */
  private static String mode(Entry entry) {
    int mode = entry.metadata().mode();
    StringBuilder text = new StringBuilder(10);
    text.append(
        switch (entry.type()) {
          case FILE -> '-';
          case DIRECTORY -> 'd';
          case SYMLINK -> 'l';
          case CHARACTER_DEVICE -> 'c';
          case BLOCK_DEVICE -> 'b';
          case FIFO -> 'p';
          case SOCKET -> 's';
        });
    for (int shift = 6; shift >= 0; shift -= 3) {
      int bits = mode >> shift;
      text.append((bits & 4) != 0 ? 'r' : '-').append((bits & 2) != 0 ? 'w' : '-');
      boolean special = (mode & (shift == 6 ? 04000 : shift == 3 ? 02000 : 01000)) != 0;
      char executable = shift == 0 ? 't' : 's';
      if (special) {
        text.append((bits & 1) != 0 ? executable : Character.toUpperCase(executable));
      } else {
        text.append((bits & 1) != 0 ? 'x' : '-');
      }
    }
    return text.toString();
  }
}
