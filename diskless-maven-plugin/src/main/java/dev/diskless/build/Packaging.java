package dev.diskless.build;

import dev.diskless.boot.BootFiles;
import dev.diskless.bundle.BundleSummary;
import dev.diskless.model.Cluster;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The goal {@code package}: the bundle, written only when something that goes into it has changed.
 *
 * @param summary one line
 */
public record Packaging(String summary) {

  /**
   * @throws ProblemException if the goals before it were not run
   */
  public static Packaging run(ClusterProject project) throws IOException {
    return run(project, BootFiles.THIS_MACHINE);
  }

  /**
   * @param machine where loaders are taken from that no image has
   */
  static Packaging run(ClusterProject project, Path machine) throws IOException {
    Cluster cluster = Validation.read(project).cluster();
    WorkFolder work = project.workFolder();
    if (!Files.exists(work.renderedIndex()) || !Files.exists(work.layersIndex())) {
      throw new ProblemException(
          Problem.error(
              "nothing was assembled yet", "run mvn package, which runs every goal before"));
    }
    String name = project.directory().toAbsolutePath().relativize(project.bundle()).toString();
    String state = BegunBundle.state(project, cluster, machine);
    String key = BegunBundle.key(project, state);
    BundleStamp last = BundleStamp.read(work.bundleStamp());
    if (last.isFor(key, project.bundle())) {
      BegunBundle.abandon(project);
      return new Packaging(name + " is up to date (SHA-256 " + last.digest() + ")");
    }
    BundleSummary summary = BegunBundle.finish(project, cluster, machine, state);
    BundleStamp.write(work.bundleStamp(), key, project.bundle(), summary.digest());
    return new Packaging(
        "%s: %,.1f MB, %,d entries, %,.1f MB unpacked (SHA-256 %s)"
            .formatted(
                name,
                summary.size() / 1e6,
                summary.entries(),
                summary.contentBytes() / 1e6,
                summary.digest()));
  }
}
