package dev.diskless.build;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.descriptor.DescriptorReader;
import dev.diskless.descriptor.PermissionsReader;
import dev.diskless.files.ProjectFiles;
import dev.diskless.model.PermissionRule;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

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
    return DescriptorReader.read(
        project.descriptor(), project.directory(), project.version(), project.properties());
  }

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
