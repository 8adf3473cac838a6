package dev.diskless.project;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.descriptor.DescriptorReader;
import dev.diskless.descriptor.PermissionsReader;
import dev.diskless.files.ProjectFiles;
import dev.diskless.model.PermissionRule;
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

/** Reads the sources of a project. Goals of one build read an unchanged file only once. */
public final class ProjectReader {

  private ProjectReader() {}

  /**
   * Returns the project's descriptor.
   *
   * @throws dev.diskless.problem.ProblemException with all errors in the descriptor
   */
  public static Descriptor descriptor(ClusterProject project) throws IOException {
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

  /**
   * Returns the project's own files.
   *
   * @param problems receives errors in {@code permissions.yaml} and below {@code files}
   */
  public static ProjectFiles files(ClusterProject project, Descriptor descriptor, Problems problems)
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

  /** Returns the parsed templates. {@link Renderer#problems} lists errors in templates. */
  public static Renderer renderer(ClusterProject project, Descriptor descriptor)
      throws IOException {
    String state = stateOfTemplates(project, descriptor);
    Optional<Renderer> known = project.memory().recall(Renderer.class, project.templates(), state);
    // A renderer keeps the problems of what it rendered, so only one goal can use it.
    project.memory().forget(project.templates());
    return known.isPresent() ? known.get() : parse(project, descriptor);
  }

  /** Keeps a renderer that has rendered nothing yet for the next goal. */
  public static void keep(ClusterProject project, Descriptor descriptor, Renderer renderer)
      throws IOException {
    project.memory().remember(project.templates(), stateOfTemplates(project, descriptor), renderer);
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
    return state(descriptor) + state(templates(project.templates()));
  }

  private static List<Path> templates(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Returns digests of the files that a descriptor was read from. */
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

  /**
   * A descriptor that was read before.
   *
   * @param descriptor the descriptor
   * @param state digests of the descriptor's files at that time
   */
  private record ReadDescriptor(Descriptor descriptor, String state) {}
}
