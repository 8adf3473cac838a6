package dev.diskless.discover;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Combines the traces of each machine. Not thread-safe. */
final class MachineTraces {

  /** Facts about a machine from the traces so far. */
  private static final class Seen {
    private Instant first;
    private Instant last;
    private String address;
    private Instant addressAt = Instant.MIN;
    private Integer architecture;
    private Instant architectureAt = Instant.MIN;
  }

  private final Map<String, Seen> byMac = new LinkedHashMap<>();

  /** Addresses that any known or unknown machine has received. */
  private final Set<String> addresses = new HashSet<>();

  void add(List<Sighting> sightings) {
    sightings.forEach(this::add);
  }

  /**
   * Adds a trace. Traces of several sources have no common order. A trace without a time counts as
   * the oldest.
   */
  private void add(Sighting sighting) {
    Seen seen = byMac.computeIfAbsent(sighting.mac(), mac -> new Seen());
    sighting
        .time()
        .ifPresent(
            time -> {
              seen.first = seen.first == null || time.isBefore(seen.first) ? time : seen.first;
              seen.last = seen.last == null || time.isAfter(seen.last) ? time : seen.last;
            });
    Instant at = sighting.time().orElse(Instant.MIN);
    sighting.address().ifPresent(addresses::add);
    if (sighting.address().isPresent() && !at.isBefore(seen.addressAt)) {
      seen.address = sighting.address().get();
      seen.addressAt = at;
    }
    if (sighting.architecture().isPresent() && !at.isBefore(seen.architectureAt)) {
      seen.architecture = sighting.architecture().get();
      seen.architectureAt = at;
    }
  }

  /** Returns the addresses that machines have or had. */
  Set<String> addresses() {
    return addresses;
  }

  /**
   * Returns the machines whose MAC address is not in the set, sorted by the first trace and by MAC
   * address.
   */
  List<Machine> without(Set<String> known, Vendors vendors) {
    Map<String, Seen> unknown = new HashMap<>(byMac);
    unknown.keySet().removeAll(known);
    List<Machine> machines = new ArrayList<>();
    unknown.forEach(
        (mac, seen) ->
            machines.add(
                new Machine(
                    mac,
                    vendors.of(mac),
                    Optional.ofNullable(seen.architecture),
                    Optional.ofNullable(seen.first),
                    Optional.ofNullable(seen.last),
                    Optional.ofNullable(seen.address))));
    machines.sort(
        java.util.Comparator.comparing((Machine m) -> m.first().orElse(Instant.MAX))
            .thenComparing(Machine::mac));
    return machines;
  }

  /** Returns the number of machines with a MAC address of the set. */
  long seenOf(Set<String> known) {
    return byMac.keySet().stream().filter(known::contains).count();
  }

  /** Returns the MAC addresses of all nodes, in lower case with colons. */
  static Set<String> macs(Cluster cluster) {
    return cluster.nodes().stream().map(Node::colonMac).collect(Collectors.toSet());
  }
}
