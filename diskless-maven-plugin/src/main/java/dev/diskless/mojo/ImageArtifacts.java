package dev.diskless.mojo;

import dev.diskless.image.ArtifactResolver;
import dev.diskless.model.ImageSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.nio.file.Path;
import org.apache.maven.execution.MavenSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/**
 * Finds images in the repositories of the current project.
 *
 * @param repositories Maven's resolver
 * @param session of this build
 */
record ImageArtifacts(RepositorySystem repositories, MavenSession session)
    implements ArtifactResolver {

  @Override
  public Path resolve(ImageSource.Artifact image) {
    DefaultArtifact artifact =
        new DefaultArtifact(
            image.groupId(),
            image.artifactId(),
            image.classifier(),
            image.extension(),
            image.version());
    ArtifactRequest request =
        new ArtifactRequest(
            artifact, session.getCurrentProject().getRemoteProjectRepositories(), null);
    try {
      return repositories
          .resolveArtifact(session.getRepositorySession(), request)
          .getArtifact()
          .getFile()
          .toPath();
    } catch (ArtifactResolutionException e) {
      throw new ProblemException(
          Problem.error(
              "cannot find image artifact " + image + " in any repository: " + e.getMessage(),
              "correct its coordinates (groupId:artifactId:extension[:classifier]:version), or deploy it first"),
          e);
    }
  }
}
