package dev.diskless.discover;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Network;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses names and addresses for machines. The address is the first free address above the nodes
 * of the group, in the network of the machine. If there is none, the address is the lowest free one
 * of that network. Never used are addresses of the pool, of nodes, masters, routers and name
 * servers, and addresses that any machine has received.
 */
final class Naming {

  private final Cluster cluster;
  private final List<String> groups;
  private final NamePattern pattern;
  private final Optional<String> group;
  private final Optional<Set<String>> chosen;
  private final Set<String> names = new HashSet<>();
  private final Set<IPAddress> taken = new HashSet<>();

  /** Addresses of the nodes in the group of the new ones. */
  private final List<IPAddress> members = new ArrayList<>();

  /**
   * Result for a machine.
   *
   * @param machine machine without a node
   * @param newcomer node for the machine; empty if it cannot become a node
   * @param reason why the machine cannot become a node; empty if it can
   */
  record Choice(Machine machine, Optional<Newcomer> newcomer, String reason) {}

  /**
   * @param added nodes that the cluster gets beside its own
   * @param group the group of new nodes; empty where the cluster's only one is meant
   * @param seen addresses that are with some machine
   * @param chosen MAC addresses of the machines that can become nodes; empty for all machines
   * @throws ProblemException if there is no such group
   */
  Naming(
      Cluster cluster,
      List<Newcomer> added,
      String pattern,
      Optional<String> group,
      Set<String> seen,
      Optional<Set<String>> chosen) {
    this.cluster = cluster;
    this.chosen = chosen;
    this.groups = cluster.groups().stream().map(Group::name).toList();
    this.pattern = NamePattern.parse(pattern);
    group
        .filter(g -> !groups.contains(g))
        .ifPresent(
            g -> {
              throw new ProblemException(
                  Problem.error(
                      "the cluster " + cluster.name() + " has no group " + g,
                      "choose a group with -Ddiskless.group=, one of "
                          + String.join(", ", groups)));
            });
    this.group = group.isPresent() || groups.size() != 1 ? group : Optional.of(groups.get(0));
    cluster.nodes().forEach(n -> add(n.name(), n.address(), n.group().name()));
    added.forEach(n -> add(n.name(), address(n.address()).orElseThrow(), n.group()));
    cluster.masters().forEach(m -> taken.add(m.address().withoutPrefixLength()));
    for (Network network : cluster.networks()) {
      network.gateway().ifPresent(g -> taken.add(g.withoutPrefixLength()));
      network.dns().forEach(d -> taken.add(d.withoutPrefixLength()));
    }
    seen.forEach(s -> address(s).ifPresent(taken::add));
  }

  private void add(String name, IPAddress address, String itsGroup) {
    names.add(name);
    taken.add(address.withoutPrefixLength());
    if (group.equals(Optional.of(itsGroup))) {
      members.add(address.withoutPrefixLength());
    }
  }

  List<Choice> choose(List<Machine> machines) {
    return machines.stream().map(this::choose).toList();
  }

  private Choice choose(Machine machine) {
    if (chosen.isPresent() && !chosen.get().contains(machine.mac())) {
      return none(machine, "its address is not in -Ddiskless.mac=");
    }
    if (group.isEmpty()) {
      return none(
          machine, "choose a group with -Ddiskless.group=, one of " + String.join(", ", groups));
    }
    Optional<IPAddress> at = machine.address().flatMap(Naming::address);
    Optional<Network> network =
        at.isPresent()
            ? cluster.networks().stream().filter(n -> n.subnet().contains(at.get())).findFirst()
            : cluster.networks().size() == 1
                ? Optional.of(cluster.networks().get(0))
                : Optional.empty();
    if (network.isEmpty()) {
      return none(
          machine,
          at.isPresent()
              ? "its address is in no network of the cluster"
              : "it received no address, so its network is unknown");
    }
    Optional<String> name = pattern.next(names);
    if (name.isEmpty()) {
      return none(machine, "no name of " + pattern.text() + " is free");
    }
    Optional<IPAddress> address = free(network.get());
    if (address.isEmpty()) {
      return none(machine, "no address of " + network.get().subnet() + " is free");
    }
    add(name.get(), address.get(), group.get());
    Newcomer newcomer =
        new Newcomer(name.get(), machine.mac(), address.get().toString(), group.get());
    return new Choice(machine, Optional.of(newcomer), "");
  }

  private static Choice none(Machine machine, String reason) {
    return new Choice(machine, Optional.empty(), reason);
  }

  private Optional<IPAddress> free(Network network) {
    IPAddress lowest = network.subnet().getLower().withoutPrefixLength();
    IPAddress highest = network.subnet().getUpper().withoutPrefixLength();
    IPAddress start =
        members.stream()
            .filter(network.subnet()::contains)
            .max(IPAddress::compareTo)
            .orElse(lowest);
    return between(start, highest, network).or(() -> between(lowest, start, network));
  }

  /** Returns the first free address between two addresses. */
  private Optional<IPAddress> between(IPAddress low, IPAddress high, Network network) {
    for (IPAddress address = low.increment(1);
        address.compareTo(high) < 0;
        address = address.increment(1)) {
      IPAddress each = address;
      if (network.pool().filter(p -> p.contains(each)).isPresent()) {
        address = network.pool().get().last();
      } else if (!taken.contains(each)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private static Optional<IPAddress> address(String text) {
    return Optional.ofNullable(new IPAddressString(text).getAddress())
        .filter(IPAddress::isIPv4)
        .map(IPAddress::withoutPrefixLength);
  }
}
