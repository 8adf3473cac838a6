package dev.diskless.descriptor;

import dev.diskless.model.AddressRange;
import dev.diskless.model.Lease;
import dev.diskless.model.NameServer;
import dev.diskless.model.Network;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import inet.ipaddr.IPAddress;
import inet.ipaddr.ipv4.IPv4Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the networks and holds them against each other and against the master. */
final class NetworkReader {

  private static final Pattern POOL = Pattern.compile("([^-]*[^-\\s])\\s*-\\s*([^-\\s][^-]*)");

  private final Formats formats;
  private final Problems problems;
  private final Masters masters;
  private final List<Placed<IPAddress>> subnets6 = new ArrayList<>();

  NetworkReader(Formats formats, Problems problems, Masters masters) {
    this.formats = formats;
    this.problems = problems;
    this.masters = masters;
  }

  Networks read(List<Section> sections, int declared) {
    List<Networks.Placement> read = new ArrayList<>();
    for (Section section : sections) {
      section
          .text("subnet")
          .flatMap(text -> formats.subnet(text).map(subnet -> new Placed<>(subnet, text.at())))
          .map(subnet -> network(section, subnet))
          .ifPresentOrElse(read::add, () -> readWithoutSubnet(section));
    }
    Networks networks = new Networks(read, read.size() == declared && declared > 0);
    refuseOverlaps(networks.placements());
    for (Masters.Draft each : masters.drafts()) {
      each.address().ifPresent(address -> checkMaster(address, networks));
    }
    return new NetworkMasters(masters, problems).assign(networks);
  }

  /** Finds at least the mistakes that show without a subnet. */
  private void readWithoutSubnet(Section section) {
    section.text("gateway").ifPresent(text -> formats.ipv4(text, "the gateway"));
    subnet6(section);
    dns(section);
    section.text("pool").ifPresent(this::range);
    section.section("lease").ifPresent(this::lease);
  }

  private Networks.Placement network(Section section, Placed<IPv4Address> subnet) {
    Optional<Text> gatewayText = section.text("gateway");
    Optional<IPv4Address> gateway = gatewayText.flatMap(text -> formats.ipv4(text, "the gateway"));
    List<IPAddress> dns = dns(section);
    Optional<Text> poolText = section.text("pool");
    Optional<AddressRange> pool = poolText.flatMap(this::range);
    Lease lease = section.section("lease").map(this::lease).orElse(Lease.DEFAULT);
    Network network =
        new Network(
            subnet.value(),
            gateway.map(IPAddress.class::cast),
            dns,
            pool,
            lease,
            Optional.empty(),
            subnet6(section));
    gateway.ifPresent(address -> checkGateway(network, address, gatewayText.get().at()));
    pool.ifPresent(range -> checkPool(network, range, poolText.get().at(), gatewayText));
    return new Networks.Placement(
        network,
        subnet.at(),
        gatewayText.map(Text::at),
        poolText.map(Text::at),
        section.text("master"));
  }

  private Optional<IPAddress> subnet6(Section section) {
    Optional<Text> text = section.text("subnet6");
    Optional<IPAddress> subnet = text.flatMap(formats::subnet6).map(IPAddress.class::cast);
    subnet.ifPresent(
        mine -> {
          for (Placed<IPAddress> other : subnets6) {
            if (other.value().contains(mine) || mine.contains(other.value())) {
              problems.add(
                  Problem.error(
                      text.get().at(),
                      "the subnet %s overlaps with %s, at %s"
                          .formatted(mine, other.value(), other.at()),
                      "write subnets that do not overlap"));
            }
          }
          subnets6.add(new Placed<>(mine, text.get().at()));
        });
    return subnet;
  }

  private List<IPAddress> dns(Section section) {
    List<IPAddress> servers = new ArrayList<>();
    for (Text text : section.texts("dns")) {
      formats
          .ipv4(text, "the name server")
          .ifPresent(
              server -> {
                warnOfNoServer(server, text.at());
                servers.add(server);
              });
    }
    return servers;
  }

  private void warnOfNoServer(IPv4Address server, Location at) {
    masters
        .at(server)
        .flatMap(Masters.Draft::master)
        .filter(m -> m.dns() == NameServer.NONE)
        .ifPresent(
            m ->
                problems.add(
                    Problem.warning(
                        at,
                        "nodes use the name server %s, but the master %s runs no name server"
                            .formatted(server, Text.quote(m.name())),
                        "write dns: dnsmasq for that master, or remove the name server."
                            + " /etc/hosts contains the names of members")));
  }

  private Optional<AddressRange> range(Text text) {
    Matcher matcher = POOL.matcher(text.value().strip());
    if (!matcher.matches()) {
      problems.add(
          Problem.error(
              text.at(),
              "the pool %s is not a valid range".formatted(text.quoted()),
              "write its first and last address, such as 192.168.45.253-192.168.45.254"));
      return Optional.empty();
    }
    Optional<IPv4Address> first = formats.ipv4(new Text(matcher.group(1), text.at()), "the pool");
    Optional<IPv4Address> last = formats.ipv4(new Text(matcher.group(2), text.at()), "the pool");
    if (first.isEmpty() || last.isEmpty()) {
      return Optional.empty();
    }
    if (first.get().compareTo(last.get()) > 0) {
      problems.add(
          Problem.error(
              text.at(),
              "the pool %s begins above its end".formatted(text.quoted()),
              "write %s-%s".formatted(last.get(), first.get())));
      return Optional.empty();
    }
    return Optional.of(new AddressRange(first.get(), last.get()));
  }

  private Lease lease(Section section) {
    Optional<Placed<Duration>> standard = duration(section, "default");
    Optional<Placed<Duration>> max = duration(section, "max");
    if (standard.isPresent() && max.isPresent()) {
      if (standard.get().value().compareTo(max.get().value()) > 0) {
        problems.add(
            Problem.error(
                standard.get().at(),
                "the default lease is longer than the longest, at " + max.get().at(),
                "write at most %ds, or increase max".formatted(max.get().value().toSeconds())));
        return Lease.DEFAULT;
      }
      return new Lease(standard.get().value(), max.get().value());
    }
    // The one that is not given yields to the one that is.
    if (standard.isPresent()) {
      Duration given = standard.get().value();
      Duration usual = Lease.DEFAULT.max();
      return new Lease(given, given.compareTo(usual) > 0 ? given : usual);
    }
    if (max.isPresent()) {
      Duration given = max.get().value();
      Duration usual = Lease.DEFAULT.standard();
      return new Lease(given.compareTo(usual) < 0 ? given : usual, given);
    }
    return Lease.DEFAULT;
  }

  private Optional<Placed<Duration>> duration(Section section, String key) {
    return section
        .textOrNumber(key)
        .flatMap(text -> formats.duration(text).map(d -> new Placed<>(d, text.at())));
  }

  private void checkGateway(Network network, IPv4Address gateway, Location at) {
    if (!network.contains(gateway)) {
      problems.add(
          Problem.error(
              at,
              "the gateway %s is not in the subnet %s".formatted(gateway, network.subnet()),
              "write " + hosts(network)));
    } else {
      end(network, gateway)
          .ifPresent(
              end ->
                  problems.add(
                      Problem.error(
                          at,
                          "the gateway %s is the %s address of %s"
                              .formatted(gateway, end, network.subnet()),
                          "write " + hosts(network))));
    }
  }

  private void checkPool(
      Network network, AddressRange pool, Location at, Optional<Text> gatewayText) {
    if (!network.contains(pool.first()) || !network.contains(pool.last())) {
      problems.add(
          Problem.error(
              at,
              "the pool %s is not in the subnet %s".formatted(pool, network.subnet()),
              "write first and last " + hosts(network)));
      return;
    }
    if (pool.contains(network.networkAddress())) {
      problems.add(holds(pool, "the network address " + network.networkAddress(), at, network));
    }
    if (pool.contains(network.broadcastAddress())) {
      problems.add(holds(pool, "the broadcast address " + network.broadcastAddress(), at, network));
    }
    masters.drafts().stream()
        .flatMap(m -> m.address().stream())
        .filter(m -> pool.contains(m.value()))
        .forEach(
            m ->
                problems.add(
                    holds(
                        pool,
                        "the master's address %s, at %s".formatted(m.value(), m.at()),
                        at,
                        network)));
    network
        .gateway()
        .filter(pool::contains)
        .filter(gateway -> masters.addressAt(gateway).isEmpty())
        .ifPresent(
            gateway ->
                problems.add(
                    holds(
                        pool,
                        "the gateway %s, at %s".formatted(gateway, gatewayText.orElseThrow().at()),
                        at,
                        network)));
  }

  private static Problem holds(AddressRange pool, String what, Location at, Network network) {
    return Problem.error(
        at,
        "the pool %s holds %s".formatted(pool, what),
        "write a range of %s without it".formatted(network.subnet()));
  }

  private void refuseOverlaps(List<Networks.Placement> placements) {
    List<Networks.Placement> sorted = new ArrayList<>(placements);
    sorted.sort(
        Comparator.comparing((Networks.Placement p) -> p.network().networkAddress())
            .thenComparing(p -> p.network().prefixLength()));
    // Prefix blocks lie one in the other or apart, so that the widest so far tells all.
    Networks.Placement widest = null;
    for (Networks.Placement each : sorted) {
      if (widest != null && widest.network().contains(each.network().networkAddress())) {
        boolean inOrder = widest.at().compareTo(each.at()) <= 0;
        Networks.Placement first = inOrder ? widest : each;
        Networks.Placement second = inOrder ? each : widest;
        boolean same = first.network().subnet().equals(second.network().subnet());
        problems.add(
            Problem.error(
                second.at(),
                "the subnet %s %s at %s"
                    .formatted(
                        second.network().subnet(),
                        same
                            ? "exists twice, first"
                            : "overlaps with %s,".formatted(first.network().subnet()),
                        first.at()),
                same ? "remove one of them" : "write subnets that do not overlap"));
      } else {
        widest = each;
      }
    }
  }

  private void checkMaster(Placed<IPv4Address> master, Networks networks) {
    Optional<Networks.Placement> found = networks.of(master.value());
    if (found.isEmpty()) {
      if (networks.isComplete()) {
        problems.add(
            Problem.error(
                master.at(),
                "the master's address %s is in no network".formatted(master.value()),
                "write an address in %s, or add its network".formatted(networks.list())));
      }
      return;
    }
    Network network = found.get().network();
    end(network, master.value())
        .ifPresent(
            end ->
                problems.add(
                    Problem.error(
                        master.at(),
                        "the master's address %s is the %s address of %s"
                            .formatted(master.value(), end, network.subnet()),
                        "write " + hosts(network))));
  }

  /** Which of the two addresses that no host may have it is, if any. */
  static Optional<String> end(Network network, IPAddress address) {
    if (address.equals(network.networkAddress())) {
      return Optional.of("network");
    }
    return address.equals(network.broadcastAddress()) ? Optional.of("broadcast") : Optional.empty();
  }

  /** The addresses that hosts may have, for a remedy. */
  static String hosts(Network network) {
    return "an address from %s to %s"
        .formatted(network.networkAddress().increment(1), network.broadcastAddress().increment(-1));
  }
}
