package dev.diskless.master;

import dev.diskless.host.Progress;
import dev.diskless.model.Node;
import dev.diskless.ssh.Ssh;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Nodes of a master: the nodes of the active release, and the nodes that only older releases
 * contain.
 */
final class Nodes {

  /** Number of nodes that are queried at the same time. Each query mostly waits. */
  private static final int AT_ONCE = 64;

  private static final SortedSet<String> NOTHING = new TreeSet<>();

  private Nodes() {}

  /**
   * @param ssh connection to the nodes; if empty, no node is queried
   */
  static List<NodeStatus> of(MasterHost host, Optional<Ssh> ssh, Progress progress)
      throws IOException {
    Optional<String> active = host.active();
    Map<String, Node> known = new LinkedHashMap<>();
    List<Node> current =
        active.isPresent() ? InstalledCluster.nodes(host, active.get()) : List.of();
    current.forEach(n -> known.put(n.name(), n));
    Set<String> served = Set.copyOf(known.keySet());
    for (String version : host.releases()) {
      InstalledCluster.nodes(host, version).forEach(n -> known.putIfAbsent(n.name(), n));
    }
    NfsClients nfs = NfsClients.of(host);
    int history = host.history().size();
    Map<String, NodeAnswer> answers = ask(known, ssh, progress);
    LastSeen seen = LastSeen.of(host);
    List<NodeStatus> nodes = new ArrayList<>();
    for (Node node : known.values()) {
      String address = node.address().toString();
      NodeAnswer answer = answers.get(node.name());
      NodeState state = answer.state();
      String reason = answer.reason();
      if (state != NodeState.UP && nfs.connected().contains(address)) {
        state = NodeState.SILENT;
        reason = "it reads from the NFS server" + (reason.isEmpty() ? "" : "; " + reason);
      }
      nodes.add(
          new NodeStatus(
              node.name(),
              address,
              node.group().name(),
              node.group().root().keyword(),
              served.contains(node.name()) ? active : Optional.empty(),
              state,
              answer.release(),
              answer.refreshed(),
              answer.since(),
              answer.release().isPresent() ? Optional.empty() : seen.time(node.name()),
              nfs.mounted().getOrDefault(address, NOTHING),
              reason));
    }
    if (ssh.isPresent() && !nodes.isEmpty()) {
      seen.note(nodes, history, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }
    return nodes;
  }

  private static Map<String, NodeAnswer> ask(
      Map<String, Node> nodes, Optional<Ssh> ssh, Progress progress) throws IOException {
    Map<String, NodeAnswer> answers = new LinkedHashMap<>();
    if (ssh.isEmpty()) {
      nodes.keySet().forEach(n -> answers.put(n, NodeAnswer.NOT_ASKED));
      return answers;
    }
    progress.say("asking " + nodes.size() + (nodes.size() == 1 ? " node" : " nodes"));
    ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
    try {
      Map<String, Future<NodeAnswer>> asked = new LinkedHashMap<>();
      nodes.forEach(
          (name, node) ->
              asked.put(
                  name,
                  workers.submit(
                      () -> NodeAnswer.of(node.address().toString(), ssh.orElseThrow()))));
      for (Map.Entry<String, Future<NodeAnswer>> each : asked.entrySet()) {
        answers.put(each.getKey(), each.getValue().get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while nodes were asked", e);
    } finally {
      workers.shutdownNow();
    }
  }
}
