package dev.diskless.master;

import dev.diskless.host.Progress;
import dev.diskless.ssh.Ssh;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The nodes of a master: those of the active release, and those that only older releases have. */
final class Nodes {

  /** How many are asked at the same time. Each waits most of the time. */
  private static final int AT_ONCE = 64;

  private static final SortedSet<String> NOTHING = new TreeSet<>();

  private Nodes() {}

  /**
   * @param ssh asks them; nobody is asked where empty
   */
  static List<NodeStatus> of(MasterHost host, Optional<Ssh> ssh, Progress progress)
      throws IOException {
    Optional<String> active = host.active();
    Map<String, TreeOfNode> known = new LinkedHashMap<>();
    List<TreeOfNode> current =
        active.isPresent() ? TreeOfNode.of(host.release(active.get())) : List.of();
    current.forEach(t -> known.put(t.node(), t));
    for (String version : host.releases()) {
      TreeOfNode.of(host.release(version)).forEach(t -> known.putIfAbsent(t.node(), t));
    }
    NfsServer nfs = NfsServer.of(host);
    int history = host.history().size();
    Map<String, NodeAnswer> answers = ask(known, ssh, progress);
    LastSeen seen = LastSeen.of(host);
    List<NodeStatus> nodes = new ArrayList<>();
    for (TreeOfNode tree : known.values()) {
      NodeAnswer answer = answers.get(tree.node());
      NodeState state = answer.state();
      String reason = answer.reason();
      if (state != NodeState.UP && nfs.connected().contains(tree.address())) {
        state = NodeState.SILENT;
        reason = "it reads from the NFS server" + (reason.isEmpty() ? "" : "; " + reason);
      }
      nodes.add(
          new NodeStatus(
              tree.node(),
              tree.address(),
              tree.group(),
              tree.root(),
              current.contains(tree) ? active : Optional.empty(),
              state,
              answer.release(),
              answer.since(),
              answer.release().isPresent() ? Optional.empty() : seen.time(tree.node()),
              nfs.mounted().getOrDefault(tree.address(), NOTHING),
              reason));
    }
    if (ssh.isPresent() && !nodes.isEmpty()) {
      seen.note(nodes, history, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }
    return nodes;
  }

  private static Map<String, NodeAnswer> ask(
      Map<String, TreeOfNode> nodes, Optional<Ssh> ssh, Progress progress) throws IOException {
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
          (n, t) ->
              asked.put(n, workers.submit(() -> NodeAnswer.of(t.address(), ssh.orElseThrow()))));
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
