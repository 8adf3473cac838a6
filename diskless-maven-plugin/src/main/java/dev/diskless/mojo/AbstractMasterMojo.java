package dev.diskless.mojo;

import dev.diskless.build.ClusterProject;
import dev.diskless.build.MasterOfProject;
import dev.diskless.release.MasterHost;
import dev.diskless.release.StatusRequest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;

/** What goals have in common that tell of the releases on a master. They need no project. */
abstract class AbstractMasterMojo extends AbstractClusterMojo {

  /** Stands for <code>/</code>, to try it below any directory without touching this machine. */
  @Parameter(property = "diskless.root", defaultValue = "/")
  private File root;

  /** The cluster; by default the descriptor's, or the only one on this master. */
  @Parameter(property = "diskless.cluster")
  private String cluster;

  /** Holds all clusters; by default what the descriptor says, or <code>/srv/diskless</code>. */
  @Parameter(property = "diskless.directory")
  private String directory;

  /**
   * A file for programs, in JSON. By default <code>GOAL.json</code> in <code>diskless.work</code>
   * where there is a project, and none where there is not.
   */
  @Parameter(property = "diskless.output")
  private File output;

  AbstractMasterMojo(RepositoryArtifacts artifacts) {
    super(artifacts);
  }

  /** Nothing is generated here. */
  @Override
  final Instant timestamp() {
    return Instant.EPOCH;
  }

  final boolean isThisMachine() {
    return root.equals(new File("/"));
  }

  final Path root() {
    return root.toPath();
  }

  final Optional<String> cluster() {
    return Optional.ofNullable(cluster);
  }

  final Optional<String> directory() {
    return Optional.ofNullable(directory);
  }

  final MasterHost host(ClusterProject project) throws IOException {
    return MasterOfProject.of(
        project, root.toPath(), Optional.ofNullable(cluster), Optional.ofNullable(directory));
  }

  /** Nodes are asked on the master itself, or where something is named that stands for ssh. */
  final StatusRequest asking(Optional<String> ssh, int seconds, boolean sizes) {
    return new StatusRequest(
        ssh.or(() -> isThisMachine() ? Optional.of("ssh") : Optional.empty())
            .filter(s -> !s.equals("none")),
        Duration.ofSeconds(seconds),
        sizes);
  }

  /** What stands between commas. */
  static List<String> list(String text) {
    return Arrays.stream((text == null ? "" : text).split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  final void print(List<String> lines) {
    lines.forEach(line -> getLog().info(line));
  }

  final void write(ClusterProject project, String name, String json) throws IOException {
    Path file = output == null ? project.work().resolve(name) : output.toPath();
    if (output == null && project().getFile() == null) {
      return;
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, json);
    getLog().info("written: " + file);
  }
}
