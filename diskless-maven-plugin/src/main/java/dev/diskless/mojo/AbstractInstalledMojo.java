package dev.diskless.mojo;

import dev.diskless.build.ClusterProject;
import dev.diskless.build.MasterOfProject;
import dev.diskless.release.MasterHost;
import dev.diskless.release.StatusRequest;
import java.io.IOException;
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
}
