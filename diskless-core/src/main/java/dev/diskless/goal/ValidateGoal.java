package dev.diskless.goal;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.ProjectReader;
import dev.diskless.project.RenderedLayers;
import dev.diskless.template.Renderer;
import java.io.IOException;

/** The goal {@code validate}: checks the sources of the project without images. */
public record ValidateGoal() implements Goal {

  /**
   * Checks all sources of the project that can be checked without images, and saves what it read
   * for later goals. It parses all templates. Only if a template cannot be parsed, it also renders
   * the others, so that one run reports the errors of all templates.
   */
  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    Descriptor descriptor = ProjectReader.descriptor(project);
    Problems problems = new Problems();
    problems.addAll(descriptor.warnings());
    problems.addAll(ProjectReader.files(project, descriptor, problems).warnings());
    Renderer renderer = ProjectReader.renderer(project, descriptor);
    if (hasErrors(renderer)) {
      RenderedLayers.render(descriptor.cluster(), renderer, (scope, layer) -> {});
    }
    problems.addAll(renderer.problems());
    problems.throwIfErrors();
    ProjectReader.keep(project, descriptor, renderer);
    return GoalResult.made(problems.warnings());
  }

  private static boolean hasErrors(Renderer renderer) {
    return renderer.problems().stream().anyMatch(Problem::isError);
  }
}
