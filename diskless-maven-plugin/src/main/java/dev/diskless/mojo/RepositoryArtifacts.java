package dev.diskless.mojo;

import dev.diskless.model.ImageSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RemoteRepository;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.transfer.ChecksumFailureException;

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
          project.getRemoteProjectRepositories(),
          session.getRepositorySession());
    } catch (ArtifactResolutionException e) {
      throw new ProblemException(
          Problem.error(
              "cannot find image artifact " + image + " in any repository: " + e.getMessage(),
              "correct its coordinates (groupId:artifactId:extension[:classifier]:version), or deploy it first"),
          e);
    }
  }

  /**
   * Returns the file of a bundle, packed with zstd or with gzip. A bundle becomes root's files on
   * every master, so a wrong or missing checksum is an error, whatever settings.xml and the command
   * line say.
   *
   * @param of the cluster's project
   * @param remedy what else a user can do if no repository has the bundle
   * @param allowHttp ids of repositories whose connection need not be encrypted
   */
  Path bundle(
      ProjectOfBundle of,
      String version,
      String remedy,
      List<String> allowHttp,
      MavenProject project,
      MavenSession session) {
    BundleRepositories from =
        BundleRepositories.of(project.getRemoteProjectRepositories(), allowHttp);
    DefaultRepositorySystemSession strict =
        new DefaultRepositorySystemSession(session.getRepositorySession());
    // Overrides the options -c and -C of mvn, which override the policy of each repository.
    strict.setChecksumPolicy(RepositoryPolicy.CHECKSUM_POLICY_FAIL);
    ArtifactResolutionException first = null;
    for (String extension : List.of("tar.zst", "tar.gz")) {
      try {
        return resolve(
            new DefaultArtifact(of.groupId(), of.artifactId(), extension, version),
            from.usable(),
            strict);
      } catch (ArtifactResolutionException e) {
        if (isChecksumFailure(e)) {
          throw wrongChecksum(of, version, e);
        }
        first = first == null ? e : first;
      }
    }
    throw new ProblemException(
        Problem.error(
            "cannot find bundle "
                + of.groupId()
                + ":"
                + of.artifactId()
                + ":"
                + version
                + " in any repository: "
                + first.getMessage()
                + from.notAsked(),
            "run mvn install or mvn deploy first, or " + remedy),
        first);
  }

  private static boolean isChecksumFailure(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ChecksumFailureException) {
        return true;
      }
    }
    return false;
  }

  private static ProblemException wrongChecksum(
      ProjectOfBundle of, String version, ArtifactResolutionException e) {
    return new ProblemException(
        Problem.error(
            "bundle %s:%s:%s does not match its checksum in the repository, or has none: %s"
                .formatted(of.groupId(), of.artifactId(), version, e.getMessage()),
            "find out who changed the bundle or its checksum, then deploy the bundle again"),
        e);
  }

  private Path resolve(
      DefaultArtifact artifact, List<RemoteRepository> from, RepositorySystemSession session)
      throws ArtifactResolutionException {
    return repositories
        .resolveArtifact(session, new ArtifactRequest(artifact, from, null))
        .getArtifact()
        .getFile()
        .toPath();
  }
}
