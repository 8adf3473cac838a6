package dev.diskless.build;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.template.Renderer;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreeIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * The goal {@code generate}: every rendered file, as a plain file for people and in an index for
 * the goals that follow.
 *
 * @param warnings what the user should know though the build goes on
 * @param summary one line
 */
public record Generation(List<Problem> warnings, String summary) {

  /** The names of the rendered layers in the index: where their files lie under the work folder. */
  static final String MASTER = "master";

  static final String BOOT = "boot";
  static final String ALL = "all";

  /** As the folder in the bundle is called. */
  static String of(Cluster cluster, Master master) {
    return cluster.hasOneMaster() ? MASTER : "masters/" + master.name();
  }

  /** What the boot folder has for the nodes of one of several masters. */
  static String bootOf(Master master) {
    return "boot of " + master.name();
  }

  static String of(Group group) {
    return "groups/" + group.name();
  }

  static String of(Node node) {
    return "nodes/" + node.name();
  }

  /**
   * @throws dev.diskless.problem.ProblemException with every mistake in every template; then there
   *     is no index, and no bundle can be packed
   */
  public static Generation run(ClusterProject project) throws IOException {
    Descriptor descriptor = Validation.read(project);
    Cluster cluster = descriptor.cluster();
    Renderer renderer = Validation.renderer(project, descriptor);
    WorkFolder work = project.workFolder();
    Files.createDirectories(work.path());
    // Until all is rendered there is no index, so that no goal packs a mixture of old and new
    // files.
    Files.deleteIfExists(work.renderedIndex());
    RenderedFiles files = new RenderedFiles(work);
    try (TreeIndex.Writer index = TreeIndex.writer(work.renderedIndex())) {
      render(cluster, renderer, (name, scope, layer) -> index.add(files.write(name, scope, layer)));
      Problems problems = new Problems();
      problems.addAll(renderer.problems());
      problems.throwIfErrors();
      index.commit();
      files.commit();
      return new Generation(
          problems.warnings(),
          "%,d files for %s and %,d %s under %s"
              .formatted(
                  files.count(),
                  cluster.hasOneMaster()
                      ? "the master"
                      : "%,d masters".formatted(cluster.masters().size()),
                  cluster.nodes().size(),
                  cluster.nodes().size() == 1 ? "node" : "nodes",
                  project.directory().relativize(work.path())));
    }
  }

  /** Takes rendered layers. */
  @FunctionalInterface
  interface LayerSink {

    /**
     * @param name of the layer in the index
     * @param scope the folder of its files under the work folder
     */
    void accept(String name, String scope, Layer layer) throws IOException;
  }

  /** Renders everything, in the order of the index. */
  static void render(Cluster cluster, Renderer renderer, LayerSink sink) throws IOException {
    for (Master master : cluster.masters()) {
      String name = of(cluster, master);
      sink.accept(name, name, renderer.master(master));
    }
    if (cluster.hasOneMaster()) {
      sink.accept(BOOT, BOOT, renderer.boot());
    } else {
      sink.accept(BOOT, BOOT, renderer.bootOfAll());
      for (Master master : cluster.masters()) {
        sink.accept(bootOf(master), BOOT, renderer.bootOf(master));
      }
    }
    sink.accept(ALL, ALL, renderer.all());
    for (Group group : cluster.usedGroups()) {
      sink.accept(of(group), of(group), renderer.group(group));
    }
    for (Node node : cluster.nodes()) {
      sink.accept(of(node), of(node), renderer.node(node));
    }
  }
}
