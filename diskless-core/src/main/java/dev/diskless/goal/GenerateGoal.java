package dev.diskless.goal;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Cluster;
import dev.diskless.problem.Problems;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.ProjectReader;
import dev.diskless.project.RenderedFiles;
import dev.diskless.project.RenderedLayers;
import dev.diskless.project.WorkFolder;
import dev.diskless.template.Renderer;
import dev.diskless.tree.TreeIndex;
import java.io.IOException;
import java.nio.file.Files;

/**
 * The goal {@code generate}: renders all files, as plain files for people and in an index for the
 * goals that follow. If a template has an error, there is no index, so that no bundle can be
 * packed.
 */
public record GenerateGoal() implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    Descriptor descriptor = ProjectReader.descriptor(project);
    Cluster cluster = descriptor.cluster();
    Renderer renderer = ProjectReader.renderer(project, descriptor);
    WorkFolder work = project.workFolder();
    Files.createDirectories(work.path());
    // Until all is rendered there is no index, so that no goal packs a mixture of old and new
    // files.
    Files.deleteIfExists(work.renderedIndex());
    RenderedFiles files = new RenderedFiles(work);
    try (TreeIndex.Writer index = TreeIndex.writer(work.renderedIndex())) {
      RenderedLayers.render(
          cluster, renderer, (scope, layer) -> index.add(files.write(scope, layer)));
      Problems problems = new Problems();
      problems.addAll(renderer.problems());
      problems.throwIfErrors();
      index.commit();
      files.commit();
      return GoalResult.made(
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
}
