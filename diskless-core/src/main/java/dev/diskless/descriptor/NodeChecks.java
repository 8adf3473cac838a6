package dev.diskless.descriptor;

import dev.diskless.model.Network;
import dev.diskless.model.Profile;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.mac.MACAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Holds all nodes against each other, the master and the networks, in one pass. A range with the
 * same mistake in many of its nodes is told once, with their number.
 */
final class NodeChecks {

  private static final long BROADCAST_MAC = 0xFFFF_FFFF_FFFFL;

  private final Networks networks;
  private final Masters masters;
  private final Profile profile;

  private final Map<String, Text> names = new HashMap<>();
  private final Map<Long, NodeDraft> macs = new HashMap<>();
  private final Map<Long, NodeDraft> addresses = new HashMap<>();
  private final Map<Mistake, Tally> found = new LinkedHashMap<>();

  /** The kind of a mistake at a place. */
  private record Mistake(Location at, String kind) {}

  private static final class Tally {
    private final Problem first;
    private int more;

    Tally(Problem first) {
      this.first = first;
    }

    Problem problem() {
      return more == 0
          ? first
          : new Problem(
              first.severity(),
              first.location(),
              "%s (and %d more of this range)".formatted(first.message(), more),
              first.remedy());
    }
  }

  NodeChecks(Networks networks, Masters masters, Profile profile) {
    this.networks = networks;
    this.masters = masters;
    this.profile = profile;
  }

  void check(List<NodeDraft> nodes, Problems problems) {
    for (NodeDraft node : nodes) {
      checkName(node.name());
      node.mac().ifPresent(mac -> checkMac(node, mac));
      node.address().ifPresent(address -> checkAddress(node, address));
    }
    found.values().forEach(tally -> problems.add(tally.problem()));
  }

  private void checkName(Text name) {
    Formats.faultOfHostName(name, "the node name")
        .ifPresent(fault -> tell("name", name.at(), () -> fault));
    profile
        .reservedNode(name.value())
        .ifPresent(
            why ->
                tell(
                    "profile's name",
                    name.at(),
                    () ->
                        Problem.error(
                            name.at(),
                            "the node %s has a name that %s".formatted(name.quoted(), why),
                            "give it another name, or remove profile: " + profile.keyword())));
    masters
        .nameAt(name.value())
        .ifPresent(
            at ->
                tell(
                    "master's name",
                    name.at(),
                    () ->
                        Problem.error(
                            name.at(),
                            "the node %s has the name of the master, at %s"
                                .formatted(name.quoted(), at),
                            "give one of them another name")));
    Text first = names.putIfAbsent(name.value(), name);
    if (first != null) {
      tell(
          "duplicate name",
          name.at(),
          () ->
              Problem.error(
                  name.at(),
                  "the node %s exists twice, first at %s".formatted(name.quoted(), first.at()),
                  "give one of them another name"));
    }
  }

  private void checkMac(NodeDraft node, Placed<MACAddress> mac) {
    long value = mac.value().longValue();
    Location at = mac.at();
    String whose = "the MAC address %s of node %s".formatted(mac.value(), node.name().quoted());
    String own = "write that of the node's own interface";
    if (value == 0) {
      tell("zero", at, () -> Problem.error(at, whose + " is all zeros", own));
    } else if (value == BROADCAST_MAC) {
      tell("broadcast", at, () -> Problem.error(at, whose + " is the broadcast address", own));
    } else if (mac.value().isMulticast()) {
      tell(
          "multicast",
          at,
          () ->
              Problem.error(
                  at, whose + " is a multicast address, because its first octet is odd", own));
    }
    NodeDraft first = macs.putIfAbsent(value, node);
    if (first != null) {
      tell(
          "duplicate MAC",
          at,
          () ->
              Problem.error(
                  at,
                  "%s is also that of node %s, at %s"
                      .formatted(
                          whose, first.name().quoted(), first.mac().map(Placed::at).orElseThrow()),
                  "correct one of them"));
    }
  }

  private void checkAddress(NodeDraft node, Placed<IPv4Address> placed) {
    IPv4Address address = placed.value();
    Location at = placed.at();
    String whose = "the address %s of node %s".formatted(address, node.name().quoted());
    NodeDraft first = addresses.putIfAbsent(address.longValue(), node);
    if (first != null) {
      tell(
          "duplicate address",
          at,
          () ->
              Problem.error(
                  at,
                  "%s is also that of node %s, at %s"
                      .formatted(
                          whose,
                          first.name().quoted(),
                          first.address().map(Placed::at).orElseThrow()),
                  "give one of them another address"));
    }
    Optional<Location> mastersAt = masters.addressAt(address);
    boolean isMasters = mastersAt.isPresent();
    if (isMasters) {
      tell(
          "master's address",
          at,
          () ->
              Problem.error(
                  at,
                  "%s is that of the master, at %s".formatted(whose, mastersAt.get()),
                  "give the node another address"));
    }
    Optional<Networks.Placement> placement = networks.of(address);
    if (placement.isPresent()) {
      checkInNetwork(whose, address, at, placement.get(), isMasters);
    } else if (networks.isComplete()) {
      tell(
          "no network",
          at,
          () ->
              Problem.error(
                  at,
                  whose + " is in no network",
                  "write an address in %s, or add its network".formatted(networks.list())));
    }
  }

  private void checkInNetwork(
      String whose,
      IPv4Address address,
      Location at,
      Networks.Placement placement,
      boolean isMasters) {
    Network network = placement.network();
    NetworkReader.end(network, address)
        .ifPresent(
            end ->
                tell(
                    end,
                    at,
                    () ->
                        Problem.error(
                            at,
                            "%s is the %s address of %s".formatted(whose, end, network.subnet()),
                            "write " + NetworkReader.hosts(network))));
    if (!isMasters && network.gateway().filter(address::equals).isPresent()) {
      tell(
          "gateway",
          at,
          () ->
              Problem.error(
                  at,
                  "%s is that of the gateway, at %s"
                      .formatted(whose, placement.gatewayAt().orElseThrow()),
                  "give the node another address"));
    }
    if (network.pool().filter(pool -> pool.contains(address)).isPresent()) {
      tell(
          "pool",
          at,
          () ->
              Problem.error(
                  at,
                  "%s is in the pool %s, at %s"
                      .formatted(whose, network.pool().get(), placement.poolAt().orElseThrow()),
                  "write an address outside the pool, or make the pool smaller"));
    }
  }

  private void tell(String kind, Location at, Supplier<Problem> problem) {
    Mistake mistake = new Mistake(at, kind);
    Tally tally = found.get(mistake);
    if (tally == null) {
      found.put(mistake, new Tally(problem.get()));
    } else {
      tally.more++;
    }
  }
}
