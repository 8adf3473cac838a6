package dev.diskless.master;

import dev.diskless.model.Node;
import dev.diskless.model.RootMode;
import dev.diskless.problem.ProblemException;
import dev.diskless.ssh.KeptKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Directory of a cluster on a master, in the layout of the bundle's script.
 *
 * @param root directory that contains the master's file system; usually {@code /}. With another
 *     directory, the host does not change
 * @param directory absolute path below the root of the directory of all clusters
 * @param cluster the cluster's name
 */
public record MasterHost(Path root, String directory, String cluster) {

  /** Default directory of releases, unless a descriptor names another directory. */
  public static final String DIRECTORY = "/srv/diskless";

  public MasterHost {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * Returns the only cluster below a directory. Masters without a descriptor use it.
   *
   * @throws ProblemException if the directory does not contain exactly one cluster
   */
  public static MasterHost only(Path root, String directory) throws IOException {
    Path all = root.resolve(directory.substring(1));
    List<String> clusters = folders(all, "active");
    if (clusters.size() != 1) {
      throw new ProblemException(
          clusters.isEmpty()
              ? "no cluster has an active release below " + all
              : "several clusters are below " + all + ": " + String.join(", ", clusters),
          "choose a cluster with -Ddiskless.cluster=, or another directory with"
              + " -Ddiskless.directory=");
    }
    return new MasterHost(root, directory, clusters.get(0));
  }

  private static List<String> folders(Path folder, String holding) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(c -> !c.getFileName().toString().startsWith("."))
          .filter(c -> Files.exists(c.resolve(holding), LinkOption.NOFOLLOW_LINKS))
          .map(c -> c.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  /** Whether the root is the root of this machine, and not a directory for tests. */
  public boolean isThisMachine() {
    return root.equals(Path.of("/"));
  }

  /** Returns the directory with all files of the cluster. */
  public Path base() {
    return root.resolve(directory.substring(1)).resolve(cluster);
  }

  /** Returns the directory of a release, which may be missing. */
  public Path release(String version) {
    return base().resolve("releases").resolve(version);
  }

  /** Returns the installed releases, in the order of their names. */
  public List<String> releases() throws IOException {
    return folders(base().resolve("releases"), "META-INF/diskless/manifest");
  }

  /** Returns the active release; empty if there is none. */
  public Optional<String> active() throws IOException {
    Path link = base().resolve("active");
    return Files.isSymbolicLink(link)
        ? Optional.of(Files.readSymbolicLink(link).getFileName().toString())
        : Optional.empty();
  }

  /**
   * @throws ProblemException if no release is installed
   */
  void requireReleases() throws IOException {
    if (releases().isEmpty()) {
      throw new ProblemException(
          "no release of " + cluster + " is installed in " + base(), "activate one first");
    }
  }

  /**
   * Returns the active release.
   *
   * @throws ProblemException if no release is active
   */
  public String requireActive() throws IOException {
    return active()
        .orElseThrow(
            () ->
                new ProblemException(
                    "no release of " + cluster + " is active in " + base(), "activate one first"));
  }

  /** Returns the release that a rollback activates: the release before the active release. */
  public Optional<String> previous() throws IOException {
    Optional<String> active = active();
    return history().stream()
        .filter(h -> h.action().equals("activate") && h.version().equals(active))
        .reduce((first, second) -> second)
        .flatMap(HistoryEntry::before);
  }

  /**
   * Returns the tree that a node boots from next and writes into; empty if the node has no complete
   * tree.
   */
  public Optional<NodeFiles> fullTree(Node node) throws IOException {
    return node.group().root() == RootMode.FULL
        ? active().flatMap(version -> NodeFiles.tree(this, version, node.address().toString()))
        : Optional.empty();
  }

  /** Returns the keys for connections to nodes. */
  public KeptKeys keys() {
    return new KeptKeys(
        base().resolve("state/known_hosts"), base().resolve("secret/etc/ssh/members_key"));
  }

  /**
   * Returns the target of a switch that is running, or that a power failure or a kill interrupted.
   * After an interrupted switch, the master may serve files of two releases.
   */
  public Optional<String> unfinishedSwitch() throws IOException {
    for (String journal : List.of(".switch/to", ".undo/from")) {
      Path file = base().resolve("host").resolve(journal);
      if (Files.isReadable(file)) {
        return Optional.of(Files.readString(file).strip());
      }
    }
    return Optional.empty();
  }

  /**
   * Returns the history of switches, the oldest first. Ignores a line that a power failure
   * truncated.
   */
  public List<HistoryEntry> history() throws IOException {
    Path file = base().resolve("history");
    List<HistoryEntry> entries = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        HistoryEntry.parse(line).ifPresent(entries::add);
      }
    }
    return entries;
  }

  /** Returns the absolute paths of the master's own files that the last switch wrote or removed. */
  List<String> changedBySwitch() throws IOException {
    List<String> paths = new ArrayList<>();
    for (String list : List.of("put", "drop")) {
      Path file = base().resolve("host/undo").resolve(list);
      if (Files.exists(file)) {
        paths.addAll(Files.readAllLines(file));
      }
    }
    return paths;
  }

  /** Returns the absolute paths of the files that a release contains for the master itself. */
  List<String> masterFiles(String version) throws IOException {
    Path master = release(version).resolve("master");
    if (!Files.isDirectory(master)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(master)) {
      return files
          .filter(f -> !Files.isDirectory(f, LinkOption.NOFOLLOW_LINKS))
          .map(f -> "/" + master.relativize(f))
          .sorted()
          .toList();
    }
  }
}
