package dev.diskless.discover;

import dev.diskless.model.AddressRange;
import dev.diskless.model.Cluster;
import dev.diskless.model.Master;
import dev.diskless.model.Network;
import dev.diskless.model.Node;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What has to be known of a cluster to tell its machines from others and to add some: from its
 * descriptor, or from the {@code cluster.json} of a release.
 *
 * @param name the cluster's
 * @param groups that a node can be in
 * @param members its nodes
 * @param networks that nodes can be in
 * @param taken addresses that no node may have: those of masters, routers and name servers
 */
public record KnownCluster(
    String name,
    Set<String> groups,
    List<Member> members,
    List<KnownNetwork> networks,
    Set<IPAddress> taken) {

  /** A node: name, MAC in lower case with colons, address, group. */
  record Member(String name, String mac, IPAddress address, String group) {}

  /** A subnet, and the addresses in it for machines that the cluster does not know. */
  record KnownNetwork(IPAddress subnet, Optional<AddressRange> pool) {}

  public KnownCluster {
    groups = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(groups));
    members = List.copyOf(members);
    networks = List.copyOf(networks);
    taken = Set.copyOf(taken);
  }

  /** A descriptor's cluster. */
  public static KnownCluster of(Cluster cluster) {
    Set<String> groups = new LinkedHashSet<>();
    cluster.groups().forEach(g -> groups.add(g.name()));
    Set<IPAddress> taken = new HashSet<>();
    for (Master master : cluster.masters()) {
      taken.add(master.address());
    }
    for (Network network : cluster.networks()) {
      network.gateway().ifPresent(taken::add);
      taken.addAll(network.dns());
    }
    List<Member> members = new ArrayList<>();
    for (Node node : cluster.nodes()) {
      members.add(
          new Member(
              node.name(),
              node.mac().toColonDelimitedString().toLowerCase(Locale.ROOT),
              node.address(),
              node.group().name()));
    }
    return new KnownCluster(
        cluster.name(),
        groups,
        members,
        cluster.networks().stream().map(n -> new KnownNetwork(n.subnet(), n.pool())).toList(),
        taken);
  }

  /**
   * A release's cluster.
   *
   * @param file META-INF/diskless/cluster.json
   * @throws ProblemException if it is damaged
   */
  public static KnownCluster read(Path file) throws IOException {
    try {
      return of(new JsonMapper().readTree(Files.readString(file)));
    } catch (JacksonException | IllegalArgumentException damaged) {
      throw new ProblemException(
          Problem.error(
              Location.of(file.toString()),
              "it cannot be read as what a bundle says of its cluster",
              "activate a release again"),
          damaged);
    }
  }

  private static KnownCluster of(JsonNode all) {
    Set<IPAddress> taken = new HashSet<>();
    if (all.has("master")) {
      taken.add(ip(all.get("master").path("address")));
    }
    all.path("masters").forEach(m -> taken.add(ip(m.path("address"))));
    List<KnownNetwork> networks = new ArrayList<>();
    for (JsonNode network : all.path("networks")) {
      if (network.has("gateway")) {
        taken.add(ip(network.get("gateway")));
      }
      network.path("dns").forEach(d -> taken.add(ip(d)));
      networks.add(
          new KnownNetwork(
              ip(network.path("subnet")),
              network.has("pool") ? Optional.of(range(network.get("pool"))) : Optional.empty()));
    }
    List<Member> members = new ArrayList<>();
    for (JsonNode node : all.path("nodes")) {
      members.add(
          new Member(
              node.path("name").asString(),
              node.path("mac").asString().toLowerCase(Locale.ROOT),
              ip(node.path("address")),
              node.path("group").asString()));
    }
    return new KnownCluster(
        all.path("cluster").asString(),
        new LinkedHashSet<>(all.path("groups").propertyNames()),
        members,
        networks,
        taken);
  }

  private static AddressRange range(JsonNode text) {
    String[] ends = text.asString().split("-");
    return new AddressRange(ip(ends[0]), ip(ends[1]));
  }

  private static IPAddress ip(JsonNode text) {
    return ip(text.asString());
  }

  private static IPAddress ip(String text) {
    return Optional.ofNullable(new IPAddressString(text).getAddress())
        .orElseThrow(() -> new IllegalArgumentException("no address: " + text));
  }

  Set<String> macs() {
    Set<String> macs = new HashSet<>();
    members.forEach(m -> macs.add(m.mac()));
    return macs;
  }

  /** With further nodes. */
  KnownCluster with(List<Newcomer> newcomers) {
    List<Member> more = new ArrayList<>(members);
    for (Newcomer n : newcomers) {
      more.add(new Member(n.name(), n.mac(), ip(n.address()), n.group()));
    }
    return new KnownCluster(name, groups, more, networks, taken);
  }
}
