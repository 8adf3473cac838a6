package dev.diskless.descriptor;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import inet.ipaddr.IPAddress;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.mac.MACAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads the nodes of the descriptor, and counts out those that are written as a range. */
final class NodeReader {

  private final Formats formats;
  private final Problems problems;

  /** Empty where the groups themselves cannot be read. */
  private final Optional<Groups> groups;

  NodeReader(Formats formats, Optional<Groups> groups, Problems problems) {
    this.formats = formats;
    this.groups = groups;
    this.problems = problems;
  }

  List<NodeDraft> read(List<Section> nodes) {
    List<NodeDraft> drafts = new ArrayList<>();
    nodes.forEach(node -> read(node, drafts));
    return drafts;
  }

  private void read(Section node, List<NodeDraft> drafts) {
    Optional<Text> name = node.text("name");
    Optional<NameRange> range = name.flatMap(text -> NameRange.read(text, problems));
    Optional<Text> macText = node.text("mac");
    Optional<Text> addressText = node.text("address");
    // A name that cannot be read leaves open whether the others should count.
    range.ifPresent(
        names -> {
          macText.ifPresent(text -> checkCounting(text, "the MAC address", name.get(), names));
          addressText.ifPresent(text -> checkCounting(text, "the address", name.get(), names));
        });
    Optional<MACAddress> mac = macText.flatMap(text -> formats.mac(base(text)));
    Optional<IPv4Address> address =
        addressText.flatMap(
            text -> formats.ipv4(base(text), name.map(n -> "node " + n.quoted()).orElse("a node")));
    Optional<String> group = node.text("group").filter(text -> use(text)).map(Text::value);
    Map<String, Object> own = Resources.of(node, problems);
    Map<String, LinkAddress> others = linkAddresses(node, name, range);
    if (range.isEmpty()) {
      return;
    }
    Map<String, Object> resources =
        group.flatMap(g -> groups.map(all -> Resources.merge(all.resources(g), own))).orElse(own);
    List<String> names = range.get().names();
    boolean macFits =
        fits(macText, mac.map(MACAddress::longValue), 0xFFFF_FFFF_FFFFL, names.size());
    boolean addressFits =
        fits(addressText, address.map(a -> a.longValue()), 0xFFFF_FFFFL, names.size());
    for (int i = 0; i < names.size(); i++) {
      int step = i;
      drafts.add(
          new NodeDraft(
              new Text(names.get(i), name.get().at()),
              mac.filter(m -> macFits)
                  .map(m -> new Placed<>(m.increment(step), macText.get().at())),
              address
                  .filter(a -> addressFits)
                  .map(a -> new Placed<>(a.increment(step), addressText.get().at())),
              group,
              resources,
              others.entrySet().stream()
                  .collect(
                      Collectors.toMap(
                          Map.Entry::getKey,
                          e -> e.getValue().at(step),
                          (one, other) -> one,
                          LinkedHashMap::new))));
    }
  }

  /**
   * @param first of the first node of a range
   */
  private record LinkAddress(IPAddress first, Location at) {

    Placed<IPAddress> at(int step) {
      IPAddress counted = first.withoutPrefixLength().increment(step);
      return new Placed<>(counted.setPrefixLength(first.getNetworkPrefixLength(), false), at);
    }
  }

  private Map<String, LinkAddress> linkAddresses(
      Section node, Optional<Text> name, Optional<NameRange> range) {
    Map<String, LinkAddress> all = new LinkedHashMap<>();
    Section section = node.section("addresses").orElse(Section.EMPTY);
    for (Text key : section.keys()) {
      Optional<Text> text = section.text(key.value());
      int slash = text.map(t -> t.value().lastIndexOf('/')).orElse(-1);
      if (text.isEmpty()) {
        continue;
      }
      String address = slash < 0 ? text.get().value() : text.get().value().substring(0, slash);
      Text counted = new Text(address, text.get().at());
      range.ifPresent(names -> checkCounting(counted, "the address", name.get(), names));
      String prefix = slash < 0 ? "" : text.get().value().substring(slash);
      formats
          .withPrefix(new Text(base(counted).value() + prefix, text.get().at()))
          .ifPresent(a -> all.put(key.value(), new LinkAddress(a, text.get().at())));
    }
    return all;
  }

  private boolean use(Text group) {
    return groups.isPresent() && groups.get().use(group);
  }

  private void checkCounting(Text text, String what, Text name, NameRange names) {
    boolean counts = text.value().endsWith("+");
    if (names.isRange() && !counts) {
      problems.add(
          Problem.error(
              text.at(),
              "%s %s would apply to every node of %s".formatted(what, text.quoted(), name.quoted()),
              "write \"%s+\" to count up from it".formatted(Text.bare(text.value()))));
    } else if (!names.isRange() && counts) {
      problems.add(
          Problem.error(
              text.at(),
              "%s %s counts up, but %s is a single name"
                  .formatted(what, text.quoted(), name.quoted()),
              "remove the +, or write a range such as \"%s[01-10]\""
                  .formatted(Text.bare(name.value()))));
    }
  }

  /** The text without the sign that it counts up. */
  private static Text base(Text text) {
    return text.value().endsWith("+")
        ? new Text(text.value().substring(0, text.value().length() - 1), text.at())
        : text;
  }

  /** Whether counting up stays in the numbers that there are. */
  private boolean fits(Optional<Text> text, Optional<Long> first, long max, int count) {
    if (first.isEmpty() || first.get() + count - 1 <= max) {
      return true;
    }
    Location at = text.orElseThrow().at();
    problems.add(
        Problem.error(
            at,
            "%s counts beyond the last possible address, for %d nodes"
                .formatted(text.get().quoted(), count),
            "begin with a lower address"));
    return false;
  }
}
