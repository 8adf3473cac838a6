package dev.diskless.mojo;

import dev.diskless.model.ImageSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.nio.file.Path;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** Finds images in Maven repositories, with the user's settings. */
final class RepositoryArtifacts {

  private final RepositorySystem repositories;

  @Inject
  RepositoryArtifacts(RepositorySystem repositories) {
    this.repositories = repositories;
  }

  Path resolve(ImageSource.Artifact image, MavenProject project, MavenSession session) {
    ArtifactRequest request =
        new ArtifactRequest(
            new DefaultArtifact(
                image.groupId(),
                image.artifactId(),
                image.classifier(),
                image.extension(),
                image.version()),
            project.getRemoteProjectRepositories(),
            null);
    try {
      return repositories
          .resolveArtifact(session.getRepositorySession(), request)
          .getArtifact()
          .getFile()
          .toPath();
    } catch (ArtifactResolutionException e) {
      throw new ProblemException(
          Problem.error(
              "image artifact " + image + " cannot be had: " + e.getMessage(),
              "correct its coordinates (groupId:artifactId:extension[:classifier]:version), or deploy it first"),
          e);
    }
  }
}
