package dev.diskless.project;

import dev.diskless.master.BundleHead;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/** Selects and names the bundle that a goal uses. */
public final class ProjectBundle {

  private ProjectBundle() {}

  /**
   * Returns a bundle, after a line about it was printed.
   *
   * @param chosen file that the user named; empty for the bundle that {@code mvn package} made
   * @param fileOption option that selects a bundle by its file, such as {@code -Ddiskless.bundle=}
   * @param versionOption option that selects a bundle by its version
   * @throws ProblemException if {@code mvn package} made no bundle, or if the local repository has
   *     another bundle of the same version
   */
  public static Path select(
      ClusterProject project, Optional<Path> chosen, String fileOption, String versionOption)
      throws IOException {
    Path file = chosen.orElse(project.bundle());
    if (chosen.isEmpty() && !Files.isRegularFile(file)) {
      throw new ProblemException(
          "the bundle of the project does not exist: " + file,
          "run mvn package first, or choose a bundle with %sFILE or %sVERSION"
              .formatted(fileOption, versionOption));
    }
    if (!Files.isRegularFile(file)) {
      // The goal reports why it cannot read this file.
      return file;
    }
    Digest digest = digest(file);
    Optional<Path> installed = project.installedBundle().filter(Files::isRegularFile);
    if (chosen.isEmpty() && installed.isPresent()) {
      Digest other = digest(installed.get());
      if (!digest.equals(other)) {
        throw new ProblemException(
            "version %s exists as two different bundles: %s (sha256 %s) and %s (sha256 %s)"
                .formatted(project.version(), file, digest, installed.get(), other),
            "choose the first with %s%s, or the second with %s%s; mvn install makes them equal"
                .formatted(fileOption, file, versionOption, project.version()));
      }
    }
    project
        .progress()
        .say(
            "bundle %s: version %s, sha256 %s"
                .formatted(file, BundleHead.read(file).version(), digest));
    return file;
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        sha256.update(buffer, 0, n);
      }
    }
    return Digest.of(sha256);
  }
}
