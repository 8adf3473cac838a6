package dev.diskless.descriptor;

import dev.diskless.model.Network;
import dev.diskless.problem.Location;
import inet.ipaddr.IPAddress;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The networks that could be read, found by address in logarithmic time. */
final class Networks {

  /**
   * @param network as the model has it
   * @param at where its subnet stands
   * @param gatewayAt where its gateway stands
   * @param poolAt where its pool stands
   * @param master the name of its master, where that is written
   */
  record Placement(
      Network network,
      Location at,
      Optional<Location> gatewayAt,
      Optional<Location> poolAt,
      Optional<Text> master) {}

  private final List<Placement> placements;
  private final boolean complete;
  private final NavigableMap<IPAddress, Placement> byFirstAddress = new TreeMap<>();

  /**
   * @param complete whether every network that the user wrote could be read
   */
  Networks(List<Placement> placements, boolean complete) {
    this.placements = List.copyOf(placements);
    this.complete = complete;
    for (Placement each : placements) {
      byFirstAddress.putIfAbsent(each.network().networkAddress(), each);
    }
  }

  List<Placement> placements() {
    return placements;
  }

  /** Whether an address that is in none of them is a mistake for sure. */
  boolean isComplete() {
    return complete;
  }

  /** The network that an address is in. */
  Optional<Placement> of(IPAddress address) {
    return Optional.ofNullable(byFirstAddress.floorEntry(address))
        .map(Map.Entry::getValue)
        .filter(p -> p.network().contains(address));
  }

  /** Their subnets, for a remedy. */
  String list() {
    String some =
        placements.stream()
            .limit(4)
            .map(p -> p.network().subnet().toString())
            .collect(Collectors.joining(" or "));
    return placements.size() > 4 ? some + " ..." : some;
  }
}
