package dev.diskless.mojo;

import dev.diskless.model.ImageSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** Finds images and bundles in Maven repositories, with the user's settings. */
final class RepositoryArtifacts {

  private final RepositorySystem repositories;

  @Inject
  RepositoryArtifacts(RepositorySystem repositories) {
    this.repositories = repositories;
  }

  Path resolve(ImageSource.Artifact image, MavenProject project, MavenSession session) {
    try {
      return resolve(
          new DefaultArtifact(
              image.groupId(),
              image.artifactId(),
              image.classifier(),
              image.extension(),
              image.version()),
          project,
          session);
    } catch (ArtifactResolutionException e) {
      throw new ProblemException(
          Problem.error(
              "image artifact " + image + " cannot be had: " + e.getMessage(),
              "correct its coordinates (groupId:artifactId:extension[:classifier]:version), or deploy it first"),
          e);
    }
  }

  /**
   * A bundle, packed with zstd or with gzip.
   *
   * @param of the cluster's project
   * @param remedy what else a user can say who has none in a repository
   */
  Path bundle(
      ProjectOfBundle of,
      String version,
      String remedy,
      MavenProject project,
      MavenSession session) {
    ArtifactResolutionException first = null;
    for (String extension : List.of("tar.zst", "tar.gz")) {
      try {
        return resolve(
            new DefaultArtifact(of.groupId(), of.artifactId(), extension, version),
            project,
            session);
      } catch (ArtifactResolutionException e) {
        first = first == null ? e : first;
      }
    }
    throw new ProblemException(
        Problem.error(
            "bundle "
                + of.groupId()
                + ":"
                + of.artifactId()
                + ":"
                + version
                + " cannot be had: "
                + first.getMessage(),
            "deploy it, " + remedy),
        first);
  }

  private Path resolve(DefaultArtifact artifact, MavenProject project, MavenSession session)
      throws ArtifactResolutionException {
    return repositories
        .resolveArtifact(
            session.getRepositorySession(),
            new ArtifactRequest(artifact, project.getRemoteProjectRepositories(), null))
        .getArtifact()
        .getFile()
        .toPath();
  }
}
