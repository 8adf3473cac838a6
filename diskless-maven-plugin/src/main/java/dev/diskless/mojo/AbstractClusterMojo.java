package dev.diskless.mojo;

import dev.diskless.archive.Compression;
import dev.diskless.image.DebianOptions;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.BuildMemory;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** What all goals have in common: their parameters, and how they tell of mistakes. */
abstract class AbstractClusterMojo extends AbstractMojo {

  /** Skips this goal. */
  @Parameter(property = "diskless.skip", defaultValue = "false")
  private boolean skip;

  /**
   * The cluster's descriptor. Folders <code>templates</code> and <code>files</code> lie beside it.
   */
  @Parameter(
      property = "diskless.descriptor",
      defaultValue = "${project.basedir}/src/main/cluster/cluster.yaml")
  private File descriptor;

  /** Where results for people and state between goals go. */
  @Parameter(property = "diskless.work", defaultValue = "${project.build.directory}/diskless")
  private File work;

  /**
   * Where images are kept between builds, for all projects of the user. It can be removed at any
   * time; the next build fills it again.
   */
  @Parameter(property = "diskless.cache", defaultValue = "${user.home}/.cache/diskless")
  private File cache;

  /**
   * The Debian mirror that images are made from, instead of the one that the descriptor names. By
   * default that, or else mmdebstrap's own.
   */
  @Parameter(property = "diskless.mirror")
  private String mirror;

  /** Makes Debian images anew, with the packages of today, even where the cache has them. */
  @Parameter(property = "diskless.update", defaultValue = "false")
  private boolean update;

  /** How the bundle is compressed: <code>zstd</code> or <code>gzip</code>. */
  @Parameter(property = "diskless.compression", defaultValue = "zstd")
  private String compression;

  /**
   * Ids of repositories that bundles may be downloaded from without encryption, separated by
   * commas. Bundles are not downloaded over plain http from any other repository.
   */
  @Parameter(property = "diskless.allowHttp")
  private List<String> allowHttp;

  /** The time of everything generated, so that the same input gives the same bundle. */
  @Parameter(defaultValue = "${project.build.outputTimestamp}", readonly = true)
  private String outputTimestamp;

  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  private MavenProject project;

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  private MavenSession session;

  @Parameter(defaultValue = "${plugin}", readonly = true, required = true)
  private PluginDescriptor plugin;

  private final RepositoryArtifacts artifacts;

  AbstractClusterMojo(RepositoryArtifacts artifacts) {
    this.artifacts = artifacts;
  }

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("Skipped: diskless.skip is set.");
      return;
    }
    try {
      run(clusterProject());
    } catch (ProblemException e) {
      throw new MojoFailureException(report(e.problems()));
    } catch (IOException e) {
      throw new MojoExecutionException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    }
  }

  /** The goal's one call. */
  abstract void run(ClusterProject cluster) throws IOException, MojoExecutionException;

  /**
   * Logs problems of which at least one is an error.
   *
   * @return the message with which the build fails
   */
  final String report(List<Problem> problems) {
    tell(problems);
    long errors = problems.stream().filter(Problem::isError).count();
    return errors == 1 ? "1 error (see above)" : errors + " errors (see above)";
  }

  final void tell(List<Problem> warnings) {
    warnings.forEach(this::tell);
  }

  private void tell(Problem problem) {
    if (problem.isError()) {
      getLog().error(problem.toString());
    } else {
      getLog().warn(problem.toString());
    }
  }

  /**
   * A version of a cluster's bundle, from the user's repositories.
   *
   * @param artifact groupId:artifactId
   * @param remedy what to do where it is not published
   */
  final Path bundleOf(String artifact, String version, String remedy) {
    List<String> allowed = allowHttp == null ? List.of() : allowHttp;
    return artifacts.bundle(
        ProjectOfBundle.parse(artifact), version, remedy, allowed, project, session);
  }

  /**
   * A bundle that is named by its version or by its file: a file if there is one of that name, or
   * it can be no version.
   */
  final Path bundleOrFile(String artifact, String name) {
    Path file = Path.of(name);
    return name.contains("/") || name.contains(".tar") || Files.isRegularFile(file)
        ? file
        : bundleOf(artifact, name, "choose an installed version, or the file of a bundle");
  }

  final MavenProject project() {
    return project;
  }

  final Compression compressionOfBundle() {
    return switch (compression) {
      case "zstd" -> Compression.ZSTD;
      case "gzip" -> Compression.GZIP;
      default ->
          throw new ProblemException(
              Problem.error(
                  "diskless.compression=%s: \"%s\" is neither zstd nor gzip"
                      .formatted(compression, compression),
                  ""));
    };
  }

  final String bundleExtension() {
    return compressionOfBundle() == Compression.GZIP ? "tar.gz" : "tar.zst";
  }

  /** Shared by the goals of this plugin for one project, while one build runs. */
  @SuppressWarnings("unchecked")
  private Map<Object, Object> pluginContext() {
    Map<Object, Object> context = getPluginContext();
    return context == null ? new HashMap<>() : context;
  }

  private ClusterProject clusterProject() {
    Path directory = project.getBasedir() == null ? Path.of("") : project.getBasedir().toPath();
    Path bundle =
        Path.of(project.getBuild().getDirectory())
            .resolve(
                "%s-%s-tftpboot.%s"
                    .formatted(project.getArtifactId(), project.getVersion(), bundleExtension()));
    return new ClusterProject(
        directory,
        descriptor.toPath(),
        work.toPath(),
        bundle,
        project.getVersion(),
        timestamp(),
        cache.toPath(),
        compressionOfBundle(),
        new ProjectProperties(project, session)::get,
        artifact -> artifacts.resolve(artifact, project, session),
        new DebianOptions(Optional.ofNullable(mirror), update, session.isOffline()),
        plugin.getVersion(),
        line -> getLog().info(line),
        new BuildMemory(pluginContext()));
  }

  /** Forms that Maven itself allows: ISO 8601, or seconds since 1970 as in SOURCE_DATE_EPOCH. */
  Instant timestamp() {
    if (outputTimestamp == null || outputTimestamp.isBlank() || outputTimestamp.length() == 1) {
      throw new ProblemException(
          Problem.error(
              "the property project.build.outputTimestamp is missing, so that two builds"
                  + " would differ",
              "write <project.build.outputTimestamp>2026-01-01T00:00:00Z</project.build.outputTimestamp> under <properties> in pom.xml"));
    }
    try {
      return outputTimestamp.matches("\\d+")
          ? Instant.ofEpochSecond(Long.parseLong(outputTimestamp))
          : OffsetDateTime.parse(outputTimestamp)
              .toInstant()
              .truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new ProblemException(
          Problem.error(
              "project.build.outputTimestamp is not a valid time:  " + outputTimestamp,
              "write it as 2026-01-01T00:00:00Z"));
    }
  }
}
