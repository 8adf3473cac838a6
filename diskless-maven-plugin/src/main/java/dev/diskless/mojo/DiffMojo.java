package dev.diskless.mojo;

import dev.diskless.diff.DiffRun;
import dev.diskless.diff.Side;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * Tells what another version changes, node by node and on the master: files with the difference of
 * their texts, packages, kernels, which nodes must reboot to get it, and what the services of the
 * master do. It prints that, and writes <code>diff.json</code> and <code>diff.md</code> to <code>
 * diskless.work</code>. Nothing is unpacked, and nothing is changed.
 */
@Mojo(name = "diff", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class DiffMojo extends AbstractInstalledMojo {

  /**
   * The version before: one in a repository, or a bundle's file. By default the release that is
   * active on this master.
   */
  @Parameter(property = "diskless.from")
  private String from;

  /**
   * The version after: one in a repository, or a bundle's file. By default the project's bundle, as
   * <code>mvn package</code> made it.
   */
  @Parameter(property = "diskless.to")
  private String to;

  /** The project of the cluster, as <code>groupId:artifactId</code>. */
  @Parameter(
      property = "diskless.artifact",
      defaultValue = "${project.groupId}:${project.artifactId}")
  private String artifact;

  /**
   * How many files are told for the same nodes, and how many lines of a file's difference. <code>
   * diff.json</code> has all.
   */
  @Parameter(property = "diskless.limit", defaultValue = "40")
  private int limit;

  @Inject
  public DiffMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject project) throws IOException {
    if (limit < 0) {
      throw new ProblemException(
          Problem.error("diskless.limit is below 0: " + limit, "set it to 0 or more"));
    }
    Side before =
        from == null ? Side.ofActive(host(project)) : Side.ofBundle(bundleOrFile(artifact, from));
    Side after = Side.ofBundle(to == null ? built(project) : bundleOrFile(artifact, to));
    DiffRun.run(before, after, project.work(), limit, System.out);
  }

  private static Path built(ClusterProject project) {
    if (!Files.isRegularFile(project.bundle())) {
      throw new ProblemException(
          Problem.error(
              "the bundle of the project does not exist: " + project.bundle(),
              "run mvn package first, or choose a bundle with -Ddiskless.to="));
    }
    return project.bundle();
  }
}
