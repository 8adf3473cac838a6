package dev.diskless.master;

import dev.diskless.host.JsonText;
import dev.diskless.model.Node;
import dev.diskless.model.ReleaseLayout;
import dev.diskless.model.RootMode;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Changes that nodes made in their writable trees since the trees were created or refreshed. Only
 * nodes of some root modes have writable trees.
 *
 * @param cluster the cluster's name
 * @param nodes nodes by release, then in the descriptor's order, including nodes without changes
 */
public record Drift(String cluster, List<NodeDrift> nodes) {

  /** Folders whose files programs write on every machine, and create again if they are missing. */
  public static final List<String> IGNORED = List.of("/tmp", "/run", "/var/tmp", "/var/cache");

  /** Maximum number of lines for users. The JSON contains all changes. */
  private static final int LINES = 50;

  private static final int NAMES = 8;

  public Drift {
    nodes = List.copyOf(nodes);
  }

  /**
   * Compares trees on the master with their original contents.
   *
   * @param versions installed releases
   * @param ignored absolute paths; changes at or below these paths do not count
   * @param thorough whether to read each file, and not only files whose time or size changed
   * @throws ProblemException if a release does not exist
   */
  public static Drift of(
      MasterHost host, List<String> versions, List<String> ignored, boolean thorough)
      throws IOException {
    List<String> installed = host.releases();
    InstalledReleases releases = new InstalledReleases(host);
    List<NodeDrift> nodes = new ArrayList<>();
    for (String version : versions) {
      if (!installed.contains(version)) {
        throw new ProblemException(
            "release " + version + " is not installed",
            "choose one of " + String.join(", ", installed));
      }
      List<Node> trees =
          InstalledCluster.nodes(host, version).stream()
              .filter(n -> n.group().root().hasPrivateTree())
              .toList();
      if (trees.isEmpty()) {
        continue;
      }
      InstalledTrees made = releases.trees(version);
      RefreshedTrees refreshed = new RefreshedTrees(releases, installed, version);
      for (Node node : trees) {
        String address = node.address().toString();
        Optional<NodeFiles> tree = NodeFiles.tree(host, version, address);
        TreeComparison comparison =
            new TreeComparison(
                tree,
                node.group().root() == RootMode.SHARED ? ReleaseLayout.PRIVATE_FOLDERS : List.of(),
                ignored,
                thorough,
                made.hasHardLinks());
        nodes.add(
            new NodeDrift(
                version,
                node.name(),
                address,
                comparison.with(refreshed.of(node.name(), tree, made.of(node)))));
      }
    }
    return new Drift(host.cluster(), nodes);
  }

  /** Whether no node changed its tree. */
  public boolean isEmpty() {
    return nodes.stream().allMatch(n -> n.changes().isEmpty());
  }

  /** Returns the changes as lines for users. A change that several nodes share appears once. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    Map<String, List<NodeDrift>> releases = new LinkedHashMap<>();
    nodes.forEach(n -> releases.computeIfAbsent(n.version(), v -> new ArrayList<>()).add(n));
    if (releases.isEmpty()) {
      lines.add("no node has a writable tree");
    }
    releases.forEach((version, trees) -> fold(version, trees, lines));
    return lines;
  }

  private static void fold(String version, List<NodeDrift> trees, List<String> lines) {
    Map<Change, List<String>> where = new TreeMap<>();
    trees.forEach(
        t ->
            t.changes()
                .forEach(c -> where.computeIfAbsent(c, k -> new ArrayList<>()).add(t.node())));
    Map<List<String>, List<Change>> blocks = new LinkedHashMap<>();
    where.forEach((change, on) -> blocks.computeIfAbsent(on, k -> new ArrayList<>()).add(change));
    long changed = trees.stream().filter(t -> !t.changes().isEmpty()).count();
    lines.add(
        "release %s: %d of %d %s changed something in %s"
            .formatted(
                version,
                changed,
                trees.size(),
                trees.size() == 1 ? "node" : "nodes",
                changed == 1 ? "its tree" : "their trees"));
    blocks.forEach(
        (on, changes) -> {
          lines.add("  on " + names(on) + ":");
          changes.stream().limit(LINES).forEach(c -> lines.add("    " + c));
          if (changes.size() > LINES) {
            lines.add("    and " + (changes.size() - LINES) + " more");
          }
        });
  }

  private static String names(List<String> nodes) {
    if (nodes.size() == 1) {
      return nodes.get(0);
    }
    return nodes.size() <= NAMES
        ? nodes.size() + " nodes (" + String.join(", ", nodes) + ")"
        : nodes.size() + " nodes (" + String.join(", ", nodes.subList(0, NAMES)) + ", …)";
  }

  /** Returns the changes of each node as JSON. */
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("cluster", cluster);
    List<Map<String, Object>> said = new ArrayList<>();
    for (NodeDrift node : nodes) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("release", node.version());
      one.put("node", node.node());
      one.put("address", node.address());
      List<Map<String, Object>> changes = new ArrayList<>();
      for (Change change : node.changes()) {
        Map<String, Object> each = new LinkedHashMap<>();
        each.put("kind", change.kind().word());
        each.put("path", change.path());
        if (!change.detail().isEmpty()) {
          each.put("detail", change.detail());
        }
        changes.add(each);
      }
      one.put("changes", changes);
      said.add(one);
    }
    all.put("trees", said);
    return JsonText.of(all);
  }
}
