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

/** Tells each machine that the cluster does not know once, as it is seen. */
public final class Watch {

  private static final long PAUSE_MILLIS = 500;

  /** Rounds that a machine has to tell what it is: the server answers right after it asked. */
  private static final int ROUNDS = 2;

  private Watch() {}

  /**
   * Watches until the time is over or the thread is interrupted. Machines that are there already
   * are told first.
   *
   * @param limit how long; empty for ever
   * @return all that was seen
   */
  public static Discovery run(DiscoverRequest request, Optional<Duration> limit, Progress progress)
      throws IOException {
    Discovery.requireFiles(request);
    MachineTraces machines = new MachineTraces();
    Vendors vendors = Vendors.below(request.root());
    Cluster cluster = request.cluster();
    Set<String> known = Machines.macs(cluster);
    Set<String> told = new HashSet<>();
    Set<String> waiting = new HashSet<>();
    List<Naming.Choice> all = new ArrayList<>();
    List<Newcomer> added = new ArrayList<>();
    long end = limit.map(l -> System.nanoTime() + l.toNanos()).orElse(Long.MAX_VALUE);
    try (Follower follower = new Follower(request.root(), request.journal(), request.zone())) {
      follower.follow();
      // Wrong names and groups are told before anything is waited for.
      new Naming(cluster, List.of(), request.name(), request.group(), Set.of());
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
                new Naming(cluster, added, request.name(), request.group(), machines.addresses())
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
      // What was appended on the way is in the file already.
      return new Discovery(
          request.withoutAppending(), follower, machines.seenOf(known), all, vendors.areKnown());
    }
  }
}
