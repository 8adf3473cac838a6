package dev.diskless.mojo;

import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.project.MavenProject;
import org.eclipse.aether.DefaultRepositorySystemSession;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.repository.RepositoryPolicy;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;
import org.eclipse.aether.transfer.ChecksumFailureException;

/**
 * Finds bundles in the repositories of the current project. A bundle becomes root's files on every
 * master, so a wrong or missing checksum is an error, whatever settings.xml and the command line
 * say.
 *
 * @param repositories Maven's resolver
 * @param session of this build
 * @param allowHttp ids of repositories whose connection need not be encrypted; null for none
 */
record BundleArtifacts(
    RepositorySystem repositories, MavenSession session, List<String> allowHttp) {

  BundleArtifacts {
    allowHttp = allowHttp == null ? List.of() : List.copyOf(allowHttp);
  }

  /**
   * Returns a bundle that the user names by its version or by its file. A name that cannot be a
   * version, or that is the name of an existing file, is a file.
   *
   * @param artifact {@code groupId:artifactId}
   */
  Path versionOrFile(String artifact, String name) {
    Path file = Path.of(name);
    return name.contains("/") || name.contains(".tar") || Files.isRegularFile(file)
        ? file
        : version(artifact, name, "choose a published version, or the file of a bundle");
  }

  /**
   * Returns an earlier bundle of the current project.
   *
   * @param name its version or its file
   * @throws ProblemException if the name is the current version
   */
  Path earlier(String name) {
    MavenProject project = session.getCurrentProject();
    if (name.equals(project.getVersion())) {
      throw new ProblemException(
          "diskless.boot.from is this project's own version, " + name,
          "choose an earlier version, or the file of its bundle");
    }
    return versionOrFile(project.getGroupId() + ":" + project.getArtifactId(), name)
        .toAbsolutePath();
  }

  /**
   * Returns the file of a bundle, packed with zstd or with gzip.
   *
   * @param artifact {@code groupId:artifactId}
   * @param remedy what else a user can do if no repository has the bundle
   */
  Path version(String artifact, String version, String remedy) {
    ProjectOfBundle of = ProjectOfBundle.parse(artifact);
    BundleRepositories from =
        BundleRepositories.of(
            session.getCurrentProject().getRemoteProjectRepositories(), allowHttp);
    DefaultRepositorySystemSession strict =
        new DefaultRepositorySystemSession(session.getRepositorySession());
    // Overrides the options -c and -C of mvn, which override the policy of each repository.
    strict.setChecksumPolicy(RepositoryPolicy.CHECKSUM_POLICY_FAIL);
    ArtifactResolutionException first = null;
    for (String extension : List.of("tar.zst", "tar.gz")) {
      try {
        DefaultArtifact bundle =
            new DefaultArtifact(of.groupId(), of.artifactId(), extension, version);
        ArtifactRequest request = new ArtifactRequest(bundle, from.usable(), null);
        return repositories.resolveArtifact(strict, request).getArtifact().getFile().toPath();
      } catch (ArtifactResolutionException e) {
        if (isChecksumFailure(e)) {
          throw wrongChecksum(artifact, version, e);
        }
        first = first == null ? e : first;
      }
    }
    throw new ProblemException(
        Problem.error(
            "cannot find bundle %s:%s in any repository: %s%s"
                .formatted(artifact, version, first.getMessage(), from.notAsked()),
            "run mvn install or mvn deploy first, or " + remedy),
        first);
  }

  private static boolean isChecksumFailure(Throwable e) {
    return Stream.<Throwable>iterate(e, Objects::nonNull, Throwable::getCause)
        .anyMatch(ChecksumFailureException.class::isInstance);
  }

  private static ProblemException wrongChecksum(
      String artifact, String version, ArtifactResolutionException e) {
    return new ProblemException(
        Problem.error(
            "bundle %s:%s does not match its checksum in the repository, or has none: %s"
                .formatted(artifact, version, e.getMessage()),
            "find out who changed the bundle or its checksum, then deploy the bundle again"),
        e);
  }
}
