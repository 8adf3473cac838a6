package dev.diskless.build;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.descriptor.DescriptorReader;
import dev.diskless.descriptor.PermissionsReader;
import dev.diskless.files.ProjectFiles;
import dev.diskless.model.PermissionRule;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.template.Renderer;
import dev.diskless.tree.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The goal {@code validate}. */
public final class Validation {

  private Validation() {}

  /**
   * Checks everything that can be checked without rendering and without images. Where a template
   * cannot even be parsed, the others are rendered, so that one run tells what is wrong with all.
   *
   * @return what the user should know though the build goes on
   * @throws dev.diskless.problem.ProblemException with every mistake
   */
  public static List<Problem> run(ClusterProject project) throws IOException {
    Descriptor descriptor = read(project);
    Problems problems = new Problems();
    problems.addAll(descriptor.warnings());
    files(project, descriptor, problems);
    String state = stateOfTemplates(project, descriptor);
    Renderer renderer = parse(project, descriptor);
    if (hasErrors(renderer)) {
      Generation.render(descriptor.cluster(), renderer, (name, scope, layer) -> {});
    }
    problems.addAll(renderer.problems());
    problems.throwIfErrors();
    project.memory().remember(project.templates(), state, renderer);
    return problems.warnings();
  }

  private static boolean hasErrors(Renderer renderer) {
    return renderer.problems().stream().anyMatch(Problem::isError);
  }

  /** The parsed templates; what is wrong with them, {@link Renderer#problems} tells. */
  static Renderer renderer(ClusterProject project, Descriptor descriptor) throws IOException {
    String state = stateOfTemplates(project, descriptor);
    Optional<Renderer> known = project.memory().recall(Renderer.class, project.templates(), state);
    // Rendering leaves its problems in it, so it serves once.
    project.memory().forget(project.templates());
    return known.isPresent() ? known.get() : parse(project, descriptor);
  }

  private static Renderer parse(ClusterProject project, Descriptor descriptor) throws IOException {
    try {
      return new Renderer(
          descriptor.cluster(), project.templates(), project.directory(), project.timestamp());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static String stateOfTemplates(ClusterProject project, Descriptor descriptor)
      throws IOException {
    return state(descriptor) + state(files(project.templates()));
  }

  private static List<Path> files(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(Files::isRegularFile).sorted().toList();
    }
  }

  static Descriptor read(ClusterProject project) throws IOException {
    Optional<ReadDescriptor> known =
        project.memory().recall(ReadDescriptor.class, project.descriptor(), project.version());
    if (known.isPresent() && known.get().state().equals(state(known.get().descriptor()))) {
      return known.get().descriptor();
    }
    Descriptor descriptor =
        DescriptorReader.read(
            project.descriptor(), project.directory(), project.version(), project.properties());
    project
        .memory()
        .remember(
            project.descriptor(),
            project.version(),
            new ReadDescriptor(descriptor, state(descriptor)));
    return descriptor;
  }

  /** Digests of the files that a descriptor was read from. */
  private static String state(Descriptor descriptor) throws IOException {
    return state(descriptor.inputs());
  }

  private static String state(List<Path> inputs) throws IOException {
    StringBuilder state = new StringBuilder();
    for (Path input : inputs) {
      state.append(input).append(' ');
      state.append(Files.exists(input) ? Digest.of(Files.readAllBytes(input)).hex() : "missing");
      state.append('\n');
    }
    return state.toString();
  }

  /** A descriptor, and what its files were like when it was read. */
  private record ReadDescriptor(Descriptor descriptor, String state) {}

  static ProjectFiles files(ClusterProject project, Descriptor descriptor, Problems problems)
      throws IOException {
    return ProjectFiles.read(
        project.files(),
        permissions(project),
        project.directory(),
        descriptor.cluster(),
        project.timestamp(),
        problems);
  }

  private static List<PermissionRule> permissions(ClusterProject project) throws IOException {
    return Files.exists(project.permissions())
        ? PermissionsReader.read(project.permissions(), project.directory())
        : List.of();
  }
}
