package dev.diskless.master;

import dev.diskless.host.JsonText;
import dev.diskless.host.Progress;
import dev.diskless.problem.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Status of a master and its nodes.
 *
 * @param cluster the cluster's name
 * @param time time of the query
 * @param unfinished the target of a switch that is not complete; see {@link
 *     MasterHost#unfinishedSwitch()}
 * @param releases installed releases, in the order of their names
 * @param nodes nodes of the active release, then nodes that only older releases contain
 */
public record Status(
    String cluster,
    Instant time,
    Optional<String> unfinished,
    List<ReleaseStatus> releases,
    List<NodeStatus> nodes) {

  public Status {
    releases = List.copyOf(releases);
    nodes = List.copyOf(nodes);
  }

  /** Queries all nodes over SSH, and reads the installed releases. */
  public static Status of(MasterHost host, StatusRequest request, Progress progress)
      throws IOException {
    host.requireReleases();
    Map<String, ReleaseSize> sizes = request.sizes() ? ReleaseSizes.of(host) : Map.of();
    Optional<String> active = host.active();
    Optional<String> previous = host.previous();
    List<HistoryEntry> history = host.history();
    List<ReleaseStatus> releases = new ArrayList<>();
    for (String version : host.releases()) {
      Optional<Instant> last =
          history.stream()
              .filter(h -> h.version().equals(Optional.of(version)))
              .reduce((first, second) -> second)
              .map(HistoryEntry::time);
      releases.add(
          new ReleaseStatus(
              version,
              active.equals(Optional.of(version)),
              previous.equals(Optional.of(version)),
              last,
              Optional.ofNullable(sizes.get(version))));
    }
    return new Status(
        host.cluster(),
        Instant.now(),
        host.unfinishedSwitch(),
        releases,
        Nodes.of(host, request.ssh(), progress));
  }

  /** Returns the status as lines for users. */
  public List<String> table() {
    List<List<String>> first = new ArrayList<>();
    boolean sized = releases.stream().anyMatch(r -> r.size().isPresent());
    first.add(
        sized
            ? List.of("RELEASE", "", "LAST ACTIVE", "MB", "MB ALONE")
            : List.of("RELEASE", "", "LAST ACTIVE"));
    for (ReleaseStatus release : releases) {
      List<String> row = new ArrayList<>();
      row.add(release.version());
      row.add(release.active() ? "active" : release.previous() ? "previous" : "");
      row.add(release.lastActive().map(Instant::toString).orElse("never"));
      release.size().ifPresent(s -> row.add(megabytes(s.bytes())));
      release.size().ifPresent(s -> row.add(megabytes(s.alone())));
      first.add(row);
    }
    List<String> lines = new ArrayList<>(Table.of(first));
    lines.add("");
    List<List<String>> second = new ArrayList<>();
    second.add(List.of("NODE", "GROUP", "ROOT", "BOOTED", "NEXT", "SINCE", "STATE"));
    for (NodeStatus node : nodes) {
      second.add(
          List.of(
              node.name(),
              node.group(),
              node.root(),
              node.booted().orElse("-")
                  + node.refreshed().map(r -> ", refreshed to " + r).orElse(""),
              node.next().orElse("none"),
              node.since().map(Instant::toString).orElse("-"),
              node.state().words()
                  + node.lastAnswer().map(t -> ", last answered " + t).orElse("")
                  + (node.reason().isEmpty() ? "" : " (" + node.reason() + ")")));
    }
    lines.addAll(Table.of(second));
    lines.add("");
    lines.add(summary());
    unfinished.ifPresent(
        version ->
            lines.add(
                "the switch to "
                    + (version.isEmpty() ? "no release" : version)
                    + " is not complete, so that files of two releases may be served. Run"
                    + " activate, rollback or diskless-install --recover to complete the switch"));
    return lines;
  }

  /** Returns an error for each node that is not up, or was not queried. */
  public List<Problem> down() {
    return nodes.stream()
        .filter(node -> node.state() != NodeState.UP)
        .map(
            node ->
                Problem.error(
                    "node %s is not up: %s%s"
                        .formatted(
                            node.name(),
                            node.state().words(),
                            node.reason().isEmpty() ? "" : " (" + node.reason() + ")"),
                    node.state() == NodeState.NOT_ASKED
                        ? "choose how to connect with -Ddiskless.ssh="
                        : "start the node, or look at its console"))
        .toList();
  }

  private String summary() {
    long up = nodes.stream().filter(n -> n.state() == NodeState.UP).count();
    long old =
        nodes.stream().filter(n -> n.booted().isPresent() && !n.booted().equals(n.next())).count();
    return nodes.size()
        + (nodes.size() == 1 ? " node, " : " nodes, ")
        + up
        + " up"
        + (old > 0 ? ", " + old + " of them with another release than the next boot uses" : "");
  }

  private static String megabytes(long bytes) {
    return String.format(java.util.Locale.ROOT, "%.1f", bytes / 1e6);
  }

  /** Returns the status as JSON. Sizes are in bytes; unknown values are absent. */
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("cluster", cluster);
    all.put("time", time.toString());
    unfinished.ifPresent(version -> all.put("unfinished", version));
    all.put("releases", releases.stream().map(Status::json).toList());
    all.put("nodes", nodes.stream().map(Status::json).toList());
    return JsonText.of(all);
  }

  private static Map<String, Object> json(ReleaseStatus release) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("version", release.version());
    said.put("active", release.active());
    said.put("previous", release.previous());
    release.lastActive().ifPresent(t -> said.put("lastActive", t.toString()));
    release.size().ifPresent(s -> said.put("bytes", s.bytes()));
    release.size().ifPresent(s -> said.put("bytesAlone", s.alone()));
    return said;
  }

  private static Map<String, Object> json(NodeStatus node) {
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("name", node.name());
    said.put("address", node.address());
    said.put("group", node.group());
    said.put("root", node.root());
    said.put("state", node.state().words());
    node.booted().ifPresent(r -> said.put("booted", r));
    node.refreshed().ifPresent(r -> said.put("refreshed", r));
    node.next().ifPresent(r -> said.put("next", r));
    node.since().ifPresent(t -> said.put("since", t.toString()));
    node.lastAnswer().ifPresent(t -> said.put("lastAnswer", t.toString()));
    said.put("mounted", List.copyOf(node.mounted()));
    if (!node.reason().isEmpty()) {
      said.put("reason", node.reason());
    }
    return said;
  }
}
