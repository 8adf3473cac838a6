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
 * One cluster's place on a master, as the bundle's script lays it out.
 *
 * @param root what stands for {@code /}; another directory to try something without touching a host
 * @param directory absolute below the root; holds all clusters
 * @param cluster the cluster's name
 */
public record MasterHost(Path root, String directory, String cluster) {

  /** Where releases lie unless a descriptor says otherwise. */
  public static final String DIRECTORY = "/srv/diskless";

  public MasterHost {
    root = root.toAbsolutePath().normalize();
  }

  /**
   * The only cluster below a directory, for a master where no descriptor is at hand.
   *
   * @throws ProblemException if there is none, or more than one
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

  /** Whether it is the machine itself and not a place to try something. */
  public boolean isThisMachine() {
    return root.equals(Path.of("/"));
  }

  /** All that is kept of the cluster. */
  public Path base() {
    return root.resolve(directory.substring(1)).resolve(cluster);
  }

  /** A release, installed or not. */
  public Path release(String version) {
    return base().resolve("releases").resolve(version);
  }

  /** The installed releases, in the order of their names. */
  public List<String> releases() throws IOException {
    return folders(base().resolve("releases"), "META-INF/diskless/manifest");
  }

  /** The release that is served. */
  public Optional<String> active() throws IOException {
    Path link = base().resolve("active");
    return Files.isSymbolicLink(link)
        ? Optional.of(Files.readSymbolicLink(link).getFileName().toString())
        : Optional.empty();
  }

  /**
   * @throws ProblemException if none is installed
   */
  void requireReleases() throws IOException {
    if (releases().isEmpty()) {
      throw new ProblemException(
          "no release of " + cluster + " is installed in " + base(), "activate one first");
    }
  }

  /**
   * The release that is served.
   *
   * @throws ProblemException if there is none
   */
  public String requireActive() throws IOException {
    return active()
        .orElseThrow(
            () ->
                new ProblemException(
                    "no release of " + cluster + " is active in " + base(), "activate one first"));
  }

  /** The release that was active when the active one was activated: where a rollback goes. */
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

  /** The keys for the way to nodes. */
  public KeptKeys keys() {
    return new KeptKeys(
        base().resolve("state/known_hosts"), base().resolve("secret/etc/ssh/members_key"));
  }

  /**
   * The release that a switch was going to when the power was cut or it was killed, so that files
   * of two releases may be served; or when it is at work now.
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

  /** What was active when; the oldest first. A line that a power cut left half is no entry. */
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

  /** Absolute paths of the master's own files that the last switch wrote or removed. */
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

  /** Absolute paths of the files that a release has for the master itself. */
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
