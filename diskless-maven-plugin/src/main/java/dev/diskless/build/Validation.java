package dev.diskless.build;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.descriptor.DescriptorReader;
import dev.diskless.descriptor.PermissionsReader;
import dev.diskless.files.ProjectFiles;
import dev.diskless.model.PermissionRule;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The goal {@code validate}. */
public final class Validation {

  private Validation() {}

  /**
   * Checks everything that can be checked without rendering and without images.
   *
   * @return what the user should know though the build goes on
   * @throws dev.diskless.problem.ProblemException with every mistake
   */
  public static List<Problem> run(ClusterProject project) throws IOException {
    Descriptor descriptor = read(project);
    Problems problems = new Problems();
    problems.addAll(descriptor.warnings());
    files(project, descriptor, problems);
    problems.throwIfErrors();
    return problems.warnings();
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

  /** A digest of the files that a descriptor was read from. */
  private static String state(Descriptor descriptor) throws IOException {
    StringBuilder state = new StringBuilder();
    for (Path input : descriptor.inputs()) {
      state.append(Files.exists(input) ? Digest.of(Files.readAllBytes(input)).hex() : "missing");
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
