package dev.diskless.discover;

import dev.diskless.model.Cluster;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;

/**
 * Request for a search.
 *
 * @param root directory to use instead of {@code /}
 * @param journal journalctl(1), or a program with the same arguments; empty to skip the journal
 * @param zone time zone of log lines without a zone
 * @param name pattern of names, such as {@code node[001-]}
 * @param group group of new nodes; empty for the only group of the cluster
 * @param cluster cluster whose machines are known
 * @param files descriptor files of the project; empty if there is no project
 * @param append whether to append new nodes to the files
 * @param chosen MAC addresses of the machines that can become nodes, in lower case with colons;
 *     empty for all machines
 */
public record DiscoverRequest(
    Path root,
    Optional<String> journal,
    ZoneId zone,
    String name,
    Optional<String> group,
    Cluster cluster,
    Optional<DescriptorFiles> files,
    boolean append,
    Optional<Set<String>> chosen) {

  public DiscoverRequest {
    root = root.toAbsolutePath().normalize();
  }

  /** Returns a MAC address in lower case with colons; empty if the text is not a valid address. */
  public static Optional<String> mac(String text) {
    return Sighting.mac(text);
  }

  DiscoverRequest withoutAppending() {
    return new DiscoverRequest(root, journal, zone, name, group, cluster, files, false, chosen);
  }
}
