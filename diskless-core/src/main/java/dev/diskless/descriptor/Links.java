package dev.diskless.descriptor;

import dev.diskless.model.Link;
import dev.diskless.model.NetworkConfig;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import inet.ipaddr.IPAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the interfaces of nodes beside the one of the boot, and holds them against each other. */
final class Links {

  private static final int USUAL_MTU = 1500;
  private static final String DEFAULT_MODE = "active-backup";

  private Links() {}

  /** One as it is written. */
  record Own(
      Text name,
      Optional<Integer> mtu,
      List<Text> bond,
      Optional<String> mode,
      Optional<Integer> vlan,
      Optional<Text> parent) {}

  /** What a group says of them itself, by name. */
  static Map<String, Own> read(Section group, Formats formats, Problems problems) {
    Map<String, Own> links = new LinkedHashMap<>();
    Section section = group.section("interfaces").orElse(Section.EMPTY);
    for (Text name : section.keys()) {
      Optional<Section> its = section.section(name.value());
      if (formats.interfaceName(name).isEmpty() || its.isEmpty()) {
        continue;
      }
      List<Text> members = its.get().texts("bond");
      Own own =
          new Own(
              name,
              its.get().positive("mtu"),
              members,
              its.get().text("mode").map(Text::value),
              its.get().positive("vlan").filter(id -> id < 4095),
              its.get().text("parent"));
      members.forEach(formats::interfaceName);
      if (its.get().has("bond") && its.get().has("vlan")) {
        tell(name, "is a bond and a VLAN", "write the VLAN as one of its own", problems);
      } else if (its.get().has("vlan") != its.get().has("parent")) {
        tell(name, "has only one of vlan and parent", "write both, or neither", problems);
      } else if (its.get().has("mode") && !its.get().has("bond")) {
        tell(name, "has a mode, but is not a bond", "add \"bond\", a list of interfaces", problems);
      } else if (its.get().has("bond") && members.isEmpty()) {
        tell(name, "is a bond without interfaces", "list the interfaces of the bond", problems);
      } else {
        links.put(name.value(), own);
      }
    }
    return links;
  }

  private static void tell(Text link, String what, String remedy, Problems problems) {
    problems.add(
        Problem.error(link.at(), "the interface %s %s".formatted(link.quoted(), what), remedy));
  }

  /**
   * All of a group: cards first, then bonds, then VLANs, so that each comes after what it is made
   * of.
   *
   * @param boot the interface that nodes boot from, which stays as it is
   */
  static List<Link> resolve(
      Map<String, Own> own, String boot, NetworkConfig networkConfig, Problems problems) {
    Map<String, Text> bondOf = new HashMap<>();
    for (Own link : own.values()) {
      if (link.name().value().equals(boot)) {
        tell(
            link.name(),
            "is the interface that nodes boot from, which cannot be changed",
            "remove it; only a VLAN may have it, as its parent",
            problems);
      }
      for (Text member : link.bond()) {
        Optional<String> wrong = faultOfMember(member, link, own, boot, bondOf);
        wrong.ifPresent(
            w -> problems.add(Problem.error(member.at(), w, "write another, or remove it")));
        bondOf.putIfAbsent(member.value(), link.name());
      }
    }
    own.values().forEach(link -> checkParent(link, own, bondOf, boot, networkConfig, problems));
    Set<String> cards = new TreeSet<>(bondOf.keySet());
    own.values().stream()
        .filter(l -> l.bond().isEmpty() && l.vlan().isEmpty())
        .forEach(l -> cards.add(l.name().value()));
    List<Link> links = new ArrayList<>();
    for (String card : cards) {
      Optional<Text> bond = Optional.ofNullable(bondOf.get(card));
      Optional<Integer> mtu =
          Optional.ofNullable(own.get(card))
              .flatMap(Own::mtu)
              .or(() -> bond.flatMap(b -> own.get(b.value()).mtu()));
      links.add(new Link(card, mtu, Optional.empty(), Optional.empty(), bond.map(Text::value)));
    }
    for (Own link : own.values()) {
      if (!link.bond().isEmpty()) {
        List<String> members = link.bond().stream().map(Text::value).distinct().toList();
        links.add(
            new Link(
                link.name().value(),
                link.mtu(),
                Optional.of(new Link.Bond(members, link.mode().orElse(DEFAULT_MODE))),
                Optional.empty(),
                Optional.empty()));
      }
    }
    for (Own link : own.values()) {
      if (link.vlan().isPresent() && link.parent().isPresent()) {
        links.add(
            new Link(
                link.name().value(),
                link.mtu(),
                Optional.empty(),
                Optional.of(new Link.Vlan(link.vlan().get(), link.parent().get().value())),
                Optional.empty()));
      }
    }
    return links;
  }

  private static Optional<String> faultOfMember(
      Text member, Own bond, Map<String, Own> own, String boot, Map<String, Text> bondOf) {
    Own declared = own.get(member.value());
    Text other = bondOf.get(member.value());
    String what = "the interface " + member.quoted();
    if (member.value().equals(boot)) {
      return Optional.of(
          what + " is the interface that nodes boot from, and cannot be part" + " of a bond");
    } else if (other != null) {
      return Optional.of(
          "%s is part of %s already"
              .formatted(what, other.equals(bond.name()) ? "it" : other.quoted()));
    } else if (declared != null && (!declared.bond().isEmpty() || declared.vlan().isPresent())) {
      return Optional.of(what + " is not a network card, and cannot be part of a bond");
    }
    return Optional.empty();
  }

  private static void checkParent(
      Own link,
      Map<String, Own> own,
      Map<String, Text> bondOf,
      String boot,
      NetworkConfig networkConfig,
      Problems problems) {
    if (link.parent().isEmpty()) {
      return;
    }
    Text parent = link.parent().get();
    Own declared = own.get(parent.value());
    boolean isBoot = parent.value().equals(boot);
    if (isBoot
        && (networkConfig == NetworkConfig.SYSTEMD_NETWORKD
            || networkConfig == NetworkConfig.NETPLAN)) {
      problems.add(
          Problem.error(
              parent.at(),
              ("networkConfig: %s does not manage %s, which nodes boot from, and cannot create"
                      + " a VLAN of it")
                  .formatted(networkConfig.keyword(), parent.quoted()),
              "write another parent, or another networkConfig"));
    } else if (!isBoot && declared == null && !bondOf.containsKey(parent.value())) {
      Set<String> known = new TreeSet<>(own.keySet());
      known.remove(link.name().value());
      known.add(boot);
      problems.add(
          Problem.error(
              parent.at(),
              "interface %s does not exist".formatted(parent.quoted()),
              Nearest.to(parent.value(), known)
                  .map(near -> "write " + Text.quote(near))
                  .orElse("add it, or write one of " + String.join(", ", known))));
    } else if (declared != null && declared.vlan().isPresent()
        || bondOf.containsKey(parent.value())) {
      problems.add(
          Problem.error(
              parent.at(),
              "%s is %s, which cannot have VLANs"
                  .formatted(
                      parent.quoted(),
                      bondOf.containsKey(parent.value()) ? "part of a bond" : "a VLAN itself"),
              "write a card or a bond"));
    } else {
      int most = declared == null ? USUAL_MTU : declared.mtu().orElse(USUAL_MTU);
      link.mtu()
          .filter(mtu -> mtu > most)
          .ifPresent(
              mtu ->
                  tell(
                      link.name(),
                      "has an mtu of %d, and its parent %s of %d"
                          .formatted(mtu, parent.quoted(), most),
                      "write at most that, or more for the parent",
                      problems));
    }
  }

  /**
   * Holds the addresses of all nodes against their groups' interfaces and each other. A mistake of
   * a range is told once.
   *
   * @param links of each group, by its name
   */
  static void checkAddresses(
      List<NodeDraft> nodes, Map<String, List<Link>> links, Problems problems) {
    Map<IPAddress, Text> seen = new HashMap<>();
    nodes.forEach(n -> n.address().ifPresent(a -> seen.putIfAbsent(a.value(), n.name())));
    Set<Object> told = new HashSet<>();
    for (NodeDraft node : nodes) {
      List<Link> its = node.group().map(links::get).orElse(null);
      node.addresses()
          .forEach(
              (name, address) -> {
                Optional<Problem> problem =
                    its == null ? Optional.empty() : fault(node, name, address, its, seen);
                seen.putIfAbsent(address.value().withoutPrefixLength(), node.name());
                problem.filter(p -> told.add(address.at())).ifPresent(problems::add);
              });
    }
  }

  /**
   * Warns of interfaces without an address on any node. An interface that several groups inherit is
   * used if a node of one of them has an address there.
   *
   * @param places of interfaces, by the name of the group and the interface
   */
  static void warnOfUnused(
      Map<String, Map<String, Location>> places, List<NodeDraft> nodes, Problems problems) {
    Map<Location, String> unused = new TreeMap<>();
    Set<Location> used = new HashSet<>();
    for (NodeDraft node : nodes) {
      Map<String, Location> its = node.group().map(places::get).orElse(null);
      if (its != null) {
        its.forEach(
            (name, at) -> {
              unused.put(at, name);
              if (node.addresses().containsKey(name)) {
                used.add(at);
              }
            });
      }
    }
    unused.keySet().removeAll(used);
    unused.forEach(
        (at, name) ->
            problems.warning(
                at,
                "no node has an address on the interface " + Text.quote(name),
                "add it to \"addresses\" of the nodes, or remove the interface"));
  }

  private static Optional<Problem> fault(
      NodeDraft node,
      String name,
      Placed<IPAddress> placed,
      List<Link> links,
      Map<IPAddress, Text> seen) {
    IPAddress address = placed.value();
    Optional<Link> link = links.stream().filter(l -> l.name().equals(name)).findFirst();
    Text other = seen.get(address.withoutPrefixLength());
    if (link.isEmpty()) {
      List<String> names = links.stream().filter(Link::takesAddress).map(Link::name).toList();
      return Optional.of(
          Problem.error(
              placed.at(),
              "the group of node %s has no interface %s"
                  .formatted(node.name().quoted(), Text.quote(name)),
              names.isEmpty()
                  ? "add it under \"interfaces\" of the group"
                  : Nearest.to(name, names)
                      .map(near -> "write " + Text.quote(near))
                      .orElse("add it there, or write one of " + String.join(", ", names))));
    } else if (!link.get().takesAddress()) {
      return Optional.of(
          Problem.error(
              placed.at(),
              "the interface %s is part of %s, and cannot have an address"
                  .formatted(Text.quote(name), Text.quote(link.get().master().orElseThrow())),
              "give it to " + Text.quote(link.get().master().orElseThrow())));
    } else if (other != null) {
      return Optional.of(
          Problem.error(
              placed.at(),
              "the address %s of node %s is also that of node %s"
                  .formatted(address.withoutPrefixLength(), node.name().quoted(), other.quoted()),
              "give one of them another address"));
    } else if (address.isIPv4() && isEnd(address)) {
      return Optional.of(
          Problem.error(
              placed.at(),
              "the address %s of node %s is the network address or the broadcast address"
                  .formatted(address, node.name().quoted()),
              "write another of that network"));
    }
    return Optional.empty();
  }

  private static boolean isEnd(IPAddress address) {
    int length = address.getNetworkPrefixLength();
    IPAddress block = address.toPrefixBlock();
    IPAddress bare = address.withoutPrefixLength();
    return length < 31
        && (bare.equals(block.getLower().withoutPrefixLength())
            || bare.equals(block.getUpper().withoutPrefixLength()));
  }
}
