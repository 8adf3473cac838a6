package dev.diskless.master;

import dev.diskless.host.Progress;
import dev.diskless.model.Node;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes releases that are not needed. The active release, the target of a rollback, and each
 * release that a node runs or may run are kept.
 */
public final class Prune {

  private static final int NAMES_TOLD = 8;

  private final MasterHost host;
  private final PruneRequest request;
  private final Progress progress;

  private Prune(MasterHost host, PruneRequest request, Progress progress) {
    this.host = host;
    this.request = request;
    this.progress = progress;
  }

  /**
   * @return the verdict on each release
   * @throws ProblemException if no release is active, or another activation is running
   */
  public static List<Verdict> run(MasterHost host, PruneRequest request, Progress progress)
      throws IOException {
    host.requireActive();
    try (Session session = Session.of(host)) {
      List<Verdict> verdicts = new Prune(host, request, progress).verdicts();
      verdicts.forEach(v -> progress.say(v.toString()));
      List<String> gone = verdicts.stream().filter(v -> !v.isKept()).map(Verdict::version).toList();
      if (gone.isEmpty()) {
        progress.say("nothing to remove");
        return verdicts;
      }
      long before = free(host);
      List<String> arguments = new ArrayList<>(session.arguments("--remove"));
      arguments.addAll(gone);
      InstallScriptRun.ofActive(host, progress).run(arguments);
      progress.say(
          String.format(
              Locale.ROOT,
              "%.1f MB more are free on the disk than before",
              (free(host) - before) / 1e6));
      return verdicts;
    }
  }

  /** Returns the verdict on each release without removing any release. */
  public static List<Verdict> plan(MasterHost host, PruneRequest request, Progress progress)
      throws IOException {
    host.requireActive();
    List<Verdict> verdicts = new Prune(host, request, progress).verdicts();
    verdicts.forEach(v -> progress.say("would " + v));
    return verdicts;
  }

  private static long free(MasterHost host) throws IOException {
    return Files.getFileStore(host.base()).getUnallocatedSpace();
  }

  private List<Verdict> verdicts() throws IOException {
    List<String> versions = host.releases();
    List<NodeStatus> nodes = Nodes.of(host, request.status().ssh(), progress);
    Optional<String> active = host.active();
    Optional<String> previous = host.previous();
    List<String> newest = newest(versions);
    Map<String, List<String>> running = new HashMap<>();
    Map<String, List<String>> possible = new HashMap<>();
    usedBy(nodes, running, possible);
    List<Verdict> verdicts = new ArrayList<>();
    for (String version : versions) {
      List<String> reasons = new ArrayList<>();
      if (active.equals(Optional.of(version))) {
        reasons.add("it is active");
      }
      if (previous.equals(Optional.of(version))) {
        reasons.add("a rollback goes to it");
      }
      if (newest.contains(version)) {
        reasons.add(
            request.keep() == 1
                ? "it is the newest (diskless.keep)"
                : "it is one of the " + request.keep() + " newest (diskless.keep)");
      }
      Optional.ofNullable(running.get(version))
          .ifPresent(n -> reasons.add(names(n, "runs", "run") + " it"));
      Optional.ofNullable(possible.get(version))
          .ifPresent(
              n ->
                  reasons.add(
                      names(n, "may run", "may run")
                          + " it (no answer); list nodes that are switched off in"
                          + " -Ddiskless.prune.unreachable="));
      if (reasons.isEmpty() && !request.dropDrift()) {
        drift(version).ifPresent(reasons::add);
      }
      verdicts.add(new Verdict(version, reasons));
    }
    return verdicts;
  }

  /**
   * Returns why changes of nodes keep a release, because no other copy of them exists; empty
   * without changes.
   */
  private Optional<String> drift(String version) throws IOException {
    List<String> changed =
        Drift.of(host, List.of(version), request.ignored(), false).nodes().stream()
            .filter(n -> !n.changes().isEmpty())
            .map(NodeDrift::node)
            .toList();
    return changed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            names(changed, "changed", "changed")
                + " files in its trees, and no other copy exists; diskless:drift"
                + " -Ddiskless.version="
                + version
                + " lists it, and -Ddiskless.prune.drift=remove removes it");
  }

  /**
   * Collects the nodes that run each release, and the nodes that may run it. A node that answers
   * counts only for the release that it reports.
   */
  private void usedBy(
      List<NodeStatus> nodes, Map<String, List<String>> running, Map<String, List<String>> possible)
      throws IOException {
    List<HistoryEntry> history = host.history();
    LastSeen seen = LastSeen.of(host);
    Map<String, Set<String>> members = new HashMap<>();
    for (String version : host.releases()) {
      members.put(
          version,
          InstalledCluster.nodes(host, version).stream()
              .map(Node::name)
              .collect(Collectors.toSet()));
    }
    for (NodeStatus node : nodes) {
      if (node.booted().isPresent()) {
        running.computeIfAbsent(node.booted().get(), v -> new ArrayList<>()).add(node.name());
        // The next refresh compares with the release of the last refresh.
        node.refreshed()
            .filter(version -> !node.booted().equals(Optional.of(version)))
            .ifPresent(v -> running.computeIfAbsent(v, r -> new ArrayList<>()).add(node.name()));
      } else if (!request.isOff(node)) {
        Set<String> releases = seen.possible(node.name(), history);
        releases.addAll(node.mounted());
        for (String version : releases) {
          if (members.getOrDefault(version, Set.of()).contains(node.name())) {
            possible
                .computeIfAbsent(version, v -> new ArrayList<>())
                .add(node.name() + node.lastAnswer().map(t -> " (last seen " + t + ")").orElse(""));
          }
        }
      }
    }
  }

  private static String names(List<String> nodes, String one, String many) {
    if (nodes.size() == 1) {
      return "node " + nodes.get(0) + " " + one;
    }
    String more =
        nodes.size() > NAMES_TOLD ? " and " + (nodes.size() - NAMES_TOLD) + " others" : "";
    return "nodes "
        + String.join(", ", nodes.subList(0, Math.min(NAMES_TOLD, nodes.size())))
        + more
        + " "
        + many;
  }

  /**
   * Returns the newest releases, the last active first. The time of installation ranks a release
   * that was never active.
   */
  private List<String> newest(List<String> versions) throws IOException {
    List<HistoryEntry> history = host.history();
    Map<String, Double> places = new HashMap<>();
    for (String version : versions) {
      FileTime installed =
          (FileTime)
              Files.getAttribute(
                  host.release(version).resolve("META-INF/diskless/manifest"),
                  "unix:ctime",
                  LinkOption.NOFOLLOW_LINKS);
      places.put(
          version,
          history.stream().filter(h -> !h.time().isAfter(installed.toInstant())).count() - 0.5);
    }
    for (int i = 0; i < history.size(); i++) {
      double place = i;
      history.get(i).version().ifPresent(v -> places.replace(v, place));
    }
    return places.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
        .limit(request.keep())
        .map(Map.Entry::getKey)
        .toList();
  }
}
