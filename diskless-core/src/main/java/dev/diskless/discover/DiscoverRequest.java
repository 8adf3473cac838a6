package dev.diskless.discover;

import dev.diskless.model.Cluster;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;

/**
 * What is asked for.
 *
 * @param root what stands for {@code /}
 * @param journal journalctl(1), or what takes its arguments; empty to leave the journal out
 * @param zone of logs that tell none
 * @param name a pattern of names, such as {@code node[001-]}
 * @param group of new nodes; empty where the cluster's only one is meant
 * @param cluster whose machines are known
 * @param files to print lines for, or to append to; empty where there is no project
 * @param append whether new nodes are appended
 */
public record DiscoverRequest(
    Path root,
    Optional<String> journal,
    ZoneId zone,
    String name,
    Optional<String> group,
    Cluster cluster,
    Optional<DescriptorFiles> files,
    boolean append) {

  public DiscoverRequest {
    root = root.toAbsolutePath().normalize();
  }

  DiscoverRequest withoutAppending() {
    return new DiscoverRequest(root, journal, zone, name, group, cluster, files, false);
  }
}
