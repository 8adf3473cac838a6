package dev.diskless.discover;

import dev.diskless.host.Progress;
import dev.diskless.model.Cluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Prints each unknown machine once, when its first trace appears. */
public final class Watch {

  private static final long PAUSE_MILLIS = 500;

  /**
   * Number of rounds before an incomplete machine is printed. The answer of the server follows the
   * request at once.
   */
  private static final int ROUNDS = 2;

  private Watch() {}

  /**
   * Watches leases and logs until the time limit, or until the thread is interrupted. Existing
   * machines are printed first.
   *
   * @param request search
   * @param limit time limit; empty for no limit
   * @param progress output for the user
   * @return all machines that were found
   */
  public static Discovery run(DiscoverRequest request, Optional<Duration> limit, Progress progress)
      throws IOException {
    Discovery.requireFiles(request);
    MachineTraces machines = new MachineTraces();
    Vendors vendors = Vendors.below(request.root());
    Cluster cluster = request.cluster();
    Set<String> known = MachineTraces.macs(cluster);
    Set<String> told = new HashSet<>();
    Set<String> waiting = new HashSet<>();
    List<Naming.Choice> all = new ArrayList<>();
    List<Newcomer> added = new ArrayList<>();
    long end = limit.map(l -> System.nanoTime() + l.toNanos()).orElse(Long.MAX_VALUE);
    try (Follower follower = new Follower(request.root(), request.journal(), request.zone())) {
      follower.follow();
      // Errors in names and groups must appear before the wait.
      new Naming(cluster, List.of(), request.name(), request.group(), Set.of(), request.chosen());
      int round = 0;
      boolean isOver = false;
      while (!isOver) {
        isOver = limit.isPresent() && System.nanoTime() - end >= 0;
        machines.add(follower.poll());
        if (round == 0) {
          follower.notes().forEach(progress::say);
          progress.say("watching " + request.root() + " for machines; Ctrl-C ends it");
        }
        List<Machine> unknown = machines.without(known, vendors);
        unknown.removeIf(m -> told.contains(m.mac()));
        Set<String> ready = new HashSet<>(waiting);
        boolean isTurn = round == 0 || isOver || round % ROUNDS == 0;
        if (isTurn) {
          boolean first = round == 0 || isOver;
          List<Machine> settled =
              unknown.stream().filter(m -> first || ready.contains(m.mac())).toList();
          if (!settled.isEmpty()) {
            List<Naming.Choice> choices =
                new Naming(
                        cluster,
                        added,
                        request.name(),
                        request.group(),
                        machines.addresses(),
                        request.chosen())
                    .choose(settled);
            Discovery discovery = new Discovery(request, follower, 0, choices, vendors.areKnown());
            added.addAll(discovery.newcomers());
            all.addAll(choices);
            settled.forEach(m -> told.add(m.mac()));
            Discovery.table(choices).forEach(progress::say);
            choices.stream()
                .filter(c -> c.newcomer().isEmpty())
                .forEach(c -> progress.say(c.machine().mac() + " was not added: " + c.reason()));
            discovery.nodes().forEach(progress::say);
          }
          waiting.clear();
          waiting.addAll(
              unknown.stream()
                  .map(Machine::mac)
                  .filter(m -> !told.contains(m))
                  .collect(Collectors.toSet()));
        }
        round++;
        if (!isOver) {
          try {
            Thread.sleep(PAUSE_MILLIS);
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            isOver = true;
          }
        }
      }
      // The file already contains the nodes that the watch has appended.
      return new Discovery(
          request.withoutAppending(), follower, machines.seenOf(known), all, vendors.areKnown());
    }
  }
}
