package dev.diskless.compose;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.Node;
import dev.diskless.model.ReleaseLayout;
import dev.diskless.model.RootMode;
import dev.diskless.model.Scope;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sizes of the trees of a cluster: space on the master, and bytes that a node can read over NFS.
 * They are known before anything is installed. How much a node really reads depends on its
 * programs.
 */
public final class SpaceReport {

  /** Smallest share of an image for which a directory gets its own line. */
  private static final double SHARE = 0.02;

  private final Cluster cluster;
  private final Map<String, FileTree> images;
  private final Map<String, Long> imageBytes = new LinkedHashMap<>();
  private final Map<String, Long> privateBytes = new HashMap<>();
  private final Map<Scope, Long> layerBytes = new HashMap<>();

  public SpaceReport(Cluster cluster, Map<String, FileTree> images) {
    this.cluster = cluster;
    this.images = images;
    images.forEach(
        (name, tree) -> {
          long all = 0;
          long own = 0;
          for (Entry file : files(tree)) {
            all += file.content().dataSize();
            own +=
                ReleaseLayout.PRIVATE_FOLDERS.contains(top(file)) ? file.content().dataSize() : 0;
          }
          imageBytes.put(name, all);
          privateBytes.put(name, own);
        });
  }

  /** Returns one name of each file, because a file with several names takes space once. */
  private static List<Entry> files(Iterable<Entry> entries) {
    List<Entry> files = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    for (Entry entry : entries) {
      if (entry.isFile() && (entry.inode() == Entry.SINGLE || seen.add(entry.inode()))) {
        files.add(entry);
      }
    }
    return files;
  }

  private static String top(Entry entry) {
    String path = entry.path().toString().substring(1);
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  /** Takes what a group adds to its image, or a node to its group. */
  public void add(Layer layer) {
    layerBytes.put(
        Scope.parse(layer.name()),
        files(layer.entries()).stream().mapToLong(f -> f.content().dataSize()).sum());
  }

  /**
   * Returns the largest size of a release on the master: on a file system without reflinks. An
   * image of groups in memory counts twice, because the master also stores it compressed.
   */
  public long onMaster() {
    long bytes = imageBytes.values().stream().mapToLong(Long::longValue).sum();
    bytes += layerBytes.values().stream().mapToLong(Long::longValue).sum();
    for (Node node : cluster.nodes()) {
      bytes += ofOneNode(node.group());
    }
    for (Image image : cluster.usedImages()) {
      bytes += isInMemory(image) ? imageBytes.get(image.name()) : 0;
    }
    return bytes;
  }

  private boolean isInMemory(Image image) {
    return cluster.usedGroups().stream()
        .anyMatch(g -> g.root() == RootMode.RAM && g.image().equals(image.name()));
  }

  /** Returns the bytes that an installation copies for each node of a group. */
  private long ofOneNode(Group group) {
    return switch (group.root()) {
      case FULL -> imageBytes.get(group.image());
      case SHARED -> privateBytes.get(group.image());
      case OVERLAY, RAM -> 0;
    };
  }

  /** Returns the report as text for people. */
  public String text() {
    List<String> lines = new ArrayList<>();
    lines.add("# Size of the trees, in MB (10^6 bytes of files).");
    lines.add("");
    lines.add("on the master, a release at most: %,.1f".formatted(onMaster() / 1e6));
    lines.add(
        "On a file system with reflinks (XFS, Btrfs), the column \"copied\" takes almost no space."
            + " Files that a release has in common with the release before it take no space.");
    lines.add("");
    lines.add(
        "%-20s %6s %-8s %-20s %10s %10s %12s"
            .formatted("group", "nodes", "root", "image", "a node", "own files", "all copied"));
    for (Group group : cluster.usedGroups()) {
      List<Node> nodes =
          cluster.nodes().stream().filter(n -> n.group().name().equals(group.name())).toList();
      long own = nodes.stream().mapToLong(n -> layerBytes.getOrDefault(Scope.of(n), 0L)).sum();
      lines.add(
          "%-20s %,6d %-8s %-20s %,10.1f %,10.1f %,12.1f"
              .formatted(
                  group.name(),
                  nodes.size(),
                  group.root().keyword(),
                  group.image(),
                  ofOneNode(group) / 1e6,
                  (layerBytes.getOrDefault(Scope.of(group), 0L) + own) / 1e6,
                  ofOneNode(group) * nodes.size() / 1e6));
    }
    lines.add("");
    lines.add("over NFS:");
    cluster.usedGroups().stream()
        .map(
            g ->
                "%-20s %s"
                    .formatted(
                        g.name(),
                        switch (g.root()) {
                          case RAM ->
                              ("the compressed image at each start, at most %,.1f; nothing"
                                          + " afterwards")
                                      .formatted(imageBytes.get(g.image()) / 1e6)
                                  + mounts(g);
                          case OVERLAY ->
                              "what is read of %,.1f, once while it stays in the node's cache; nothing"
                                      .formatted(imageBytes.get(g.image()) / 1e6)
                                  + " is written"
                                  + mounts(g);
                          case FULL, SHARED ->
                              "what is read of %,.1f, once while it stays in the node's cache; all"
                                      .formatted(imageBytes.get(g.image()) / 1e6)
                                  + " that is written, logs among it"
                                  + mounts(g);
                        }))
        .forEach(lines::add);
    lines.add("");
    lines.add("images by folder, and what a mount of the folder would save:");
    lines.add(
        "%-20s %-30s %10s %7s %14s %14s"
            .formatted("image", "folder", "in it", "copies", "on the master", "into memory"));
    images.forEach((name, tree) -> folders(name, tree, lines));
    return String.join("\n", lines) + "\n";
  }

  private static String mounts(Group group) {
    return group.mounts().isEmpty()
        ? ""
        : "; and what is used of "
            + String.join(", ", group.mounts().stream().map(m -> m.path()).toList());
  }

  /** Folders of the first two levels that are a good part of the image. */
  private void folders(String name, FileTree tree, List<String> lines) {
    Map<String, Long> folders = new TreeMap<>();
    for (Entry file : files(tree)) {
      String path = file.path().toString();
      int first = path.indexOf('/', 1);
      int second = first < 0 ? -1 : path.indexOf('/', first + 1);
      for (int slash : new int[] {first, second}) {
        if (slash > 0) {
          folders.merge(path.substring(0, slash), file.content().dataSize(), Long::sum);
        }
      }
    }
    folders.forEach(
        (folder, bytes) -> {
          if (bytes > imageBytes.get(name) * SHARE) {
            long copies = copies(name, folder);
            lines.add(
                "%-20s %-30s %,10.1f %,7d %,14.1f %,14.1f"
                    .formatted(
                        name,
                        folder,
                        bytes / 1e6,
                        copies,
                        bytes * (1 + copies) / 1e6,
                        bytes * nodes(name, RootMode.RAM) / 1e6));
          }
        });
  }

  /** How many nodes have a copy of their own of what an image has there. */
  private long copies(String image, String folder) {
    boolean own = ReleaseLayout.PRIVATE_FOLDERS.contains(folder.substring(1).split("/")[0]);
    return nodes(image, RootMode.FULL) + (own ? nodes(image, RootMode.SHARED) : 0);
  }

  private long nodes(String image, RootMode root) {
    return cluster.nodes().stream()
        .map(Node::group)
        .filter(g -> g.image().equals(image) && g.root() == root)
        .count();
  }
}
