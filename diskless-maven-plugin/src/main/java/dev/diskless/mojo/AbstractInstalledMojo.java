package dev.diskless.mojo;

import dev.diskless.master.MasterHost;
import dev.diskless.master.StatusRequest;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterOfProject;
import dev.diskless.ssh.KeptKeys;
import dev.diskless.ssh.Ssh;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;

/** What goals have in common that are about the releases on a master. */
abstract class AbstractInstalledMojo extends AbstractMasterMojo {

  /** The cluster; by default the descriptor's, or the only one on this master. */
  @Parameter(property = "diskless.cluster")
  private String cluster;

  /** Holds all clusters; by default what the descriptor says, or <code>/srv/diskless</code>. */
  @Parameter(property = "diskless.directory")
  private String directory;

  AbstractInstalledMojo(RepositoryArtifacts artifacts) {
    super(artifacts);
  }

  final Optional<String> cluster() {
    return Optional.ofNullable(cluster);
  }

  final Optional<String> directory() {
    return Optional.ofNullable(directory);
  }

  final MasterHost host(ClusterProject project) throws IOException {
    return MasterOfProject.of(project, root(), cluster(), directory());
  }

  /**
   * The way to nodes.
   *
   * @param program in the place of the library; may be null
   * @param seconds for each node, or 0 for no limit
   */
  static Ssh ssh(MasterHost host, String program, int seconds) {
    Duration limit = Duration.ofSeconds(seconds);
    KeptKeys keys = host.keys();
    return program == null
        ? Ssh.library(Path.of(System.getProperty("user.home"), ".ssh"), limit, keys)
        : Ssh.program(program, limit, keys);
  }

  /** Nodes are asked on the master itself, or where something is named that stands for ssh. */
  final StatusRequest asking(MasterHost host, String program, int seconds, boolean sizes) {
    boolean wanted = program == null ? isThisMachine() : !program.equals("none");
    return new StatusRequest(
        wanted ? Optional.of(ssh(host, program, seconds)) : Optional.empty(), sizes);
  }

  /** What stands between commas. */
  static List<String> list(String text) {
    return Arrays.stream((text == null ? "" : text).split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }
}
