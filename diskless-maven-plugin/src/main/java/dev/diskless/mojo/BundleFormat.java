package dev.diskless.mojo;

import dev.diskless.archive.Compression;
import dev.diskless.problem.ProblemException;
import java.nio.file.Path;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.DefaultArtifact;

/**
 * Format of the project's bundle.
 *
 * @param compression of the whole file
 * @param extension of the file's name, and type of the artifact
 */
record BundleFormat(Compression compression, String extension) {

  /**
   * Returns the format of a keyword.
   *
   * @param keyword value of the parameter {@code diskless.compression}
   * @throws ProblemException if the keyword is unknown
   */
  static BundleFormat parse(String keyword) {
    return switch (keyword) {
      case "zstd" -> new BundleFormat(Compression.ZSTD, "tar.zst");
      case "gzip" -> new BundleFormat(Compression.GZIP, "tar.gz");
      default ->
          throw new ProblemException(
              "diskless.compression=%s: \"%s\" is neither zstd nor gzip"
                  .formatted(keyword, keyword),
              "");
    };
  }

  /** Returns the file that the goal {@code package} writes. */
  Path file(MavenProject project) {
    return Path.of(project.getBuild().getDirectory())
        .resolve(
            "%s-%s-tftpboot.%s"
                .formatted(project.getArtifactId(), project.getVersion(), extension));
  }

  /** Returns where {@code mvn install} writes the bundle of the project. */
  Path installed(MavenProject project, RepositorySystemSession session) {
    DefaultArtifact artifact =
        new DefaultArtifact(
            project.getGroupId(), project.getArtifactId(), extension, project.getVersion());
    return session
        .getLocalRepository()
        .getBasedir()
        .toPath()
        .resolve(session.getLocalRepositoryManager().getPathForLocalArtifact(artifact));
  }
}
