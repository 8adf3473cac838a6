package dev.diskless.descriptor;

import dev.diskless.model.DhcpServer;
import dev.diskless.model.Master;
import dev.diskless.model.NameServer;
import dev.diskless.model.NfsServer;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import inet.ipaddr.ipv4.IPv4Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the master, or the masters, and holds them against each other. */
final class MasterReader {

  private static final Pattern DIRECTORY = Pattern.compile("(/[A-Za-z0-9._+@-]+)+");

  private static final String DEFAULT_INTERFACE = "eth0";

  private final Formats formats;
  private final Problems problems;

  MasterReader(Formats formats, Problems problems) {
    this.formats = formats;
    this.problems = problems;
  }

  Masters read(Section root) {
    List<Section> sections = root.sections("masters");
    if (root.has("master") && root.has("masters")) {
      problems.add(
          Problem.error(
              root.get("masters").orElseThrow().location(),
              "the descriptor has \"master\" and \"masters\"",
              "keep \"master\" for one master, or \"masters\" for several"));
    } else if (root != Section.EMPTY && !root.has("master") && !root.has("masters")) {
      problems.add(
          Problem.error(
              root.location(),
              "the descriptor lacks the key \"master\"",
              "add it: the machine that serves DHCP, TFTP and NFS; or \"masters\", a list of"
                  + " several"));
    }
    List<Masters.Draft> drafts = new ArrayList<>();
    if (root.has("masters")) {
      sections.forEach(s -> drafts.add(draft(s)));
    } else {
      root.section("master").ifPresent(s -> drafts.add(draft(s)));
    }
    refuseTwins(drafts);
    int declared = root.has("masters") ? root.count("masters") : 1;
    return new Masters(drafts, declared);
  }

  private Masters.Draft draft(Section section) {
    Optional<Text> name = section.text("name");
    Optional<Placed<IPv4Address>> address =
        section
            .text("address")
            .flatMap(t -> formats.ipv4(t, "the master").map(a -> new Placed<>(a, t.at())));
    return new Masters.Draft(
        name, address, section.text("directory"), master(section, name, address));
  }

  private void refuseTwins(List<Masters.Draft> drafts) {
    Map<String, Text> names = new HashMap<>();
    Map<Long, Placed<IPv4Address>> addresses = new HashMap<>();
    Optional<Masters.Draft> whole = drafts.stream().filter(d -> d.master().isPresent()).findFirst();
    for (Masters.Draft draft : drafts) {
      draft.name().ifPresent(name -> refuseTwin(names.putIfAbsent(name.value(), name), name));
      draft
          .address()
          .ifPresent(
              address -> {
                Placed<IPv4Address> first =
                    addresses.putIfAbsent(address.value().longValue(), address);
                if (first != null) {
                  problems.add(
                      Problem.error(
                          address.at(),
                          "two masters have the address %s, the first at %s"
                              .formatted(address.value(), first.at()),
                          "give one of them another address"));
                }
              });
      draft
          .master()
          .filter(m -> !m.directory().equals(whole.orElseThrow().master().get().directory()))
          .ifPresent(m -> problems.add(otherDirectory(draft, m, whole.orElseThrow())));
    }
  }

  private void refuseTwin(Text first, Text name) {
    if (first != null) {
      problems.add(
          Problem.error(
              name.at(),
              "the master %s exists twice, first at %s".formatted(name.quoted(), first.at()),
              "give one of them another name"));
    }
  }

  private static Problem otherDirectory(Masters.Draft draft, Master master, Masters.Draft first) {
    return Problem.error(
        draft.directory().or(first::directory).orElseThrow().at(),
        "the master %s has the directory %s, and %s has %s"
            .formatted(
                Text.quote(master.name()),
                master.directory(),
                Text.quote(first.master().orElseThrow().name()),
                first.master().orElseThrow().directory()),
        "write the same directory for all masters, because a release has the same path on each");
  }

  private Optional<Master> master(
      Section section, Optional<Text> nameText, Optional<Placed<IPv4Address>> address) {
    Optional<String> name = nameText.flatMap(text -> formats.hostName(text, "the master's name"));
    Optional<Text> interfaceText = section.text("interface");
    Optional<String> interfaceName =
        interfaceText.isEmpty()
            ? Optional.of(DEFAULT_INTERFACE)
            : interfaceText.flatMap(formats::interfaceName);
    Optional<Text> directoryText = section.text("directory");
    Optional<String> directory =
        directoryText.isEmpty()
            ? Optional.of(Master.DEFAULT_DIRECTORY)
            : directoryText.flatMap(this::directory);
    Optional<DhcpServer> said = GroupReader.keyword(section, "dhcp", DhcpServer.values());
    if (section.has("dhcp") && said.isEmpty()) {
      // No word for a server: the schema has told.
      return Optional.empty();
    }
    DhcpServer dhcp = said.orElse(DhcpServer.ISC);
    boolean proxyDhcp = section.isTrue("proxyDhcp");
    if (proxyDhcp && !dhcp.canProxy()) {
      problems.add(
          Problem.error(
              section.get("proxyDhcp").orElseThrow().location(),
              "proxyDhcp is not available with dhcp: " + dhcp.keyword(),
              "write dhcp: " + DhcpServer.DNSMASQ.keyword() + " beside it, or remove proxyDhcp"));
      return Optional.empty();
    }
    if (name.isEmpty() || address.isEmpty() || interfaceName.isEmpty() || directory.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Master(
            name.get(),
            address.get().value(),
            interfaceName.get(),
            dhcp,
            proxyDhcp,
            GroupReader.keyword(section, "nfs", NfsServer.values()).orElse(NfsServer.KERNEL),
            GroupReader.keyword(section, "dns", NameServer.values()).orElse(NameServer.NONE),
            directory.get()));
  }

  /** It stands on the nodes' command lines, where neither a space nor a comma can be quoted. */
  private Optional<String> directory(Text text) {
    String wrong;
    if (!text.value().startsWith("/")) {
      wrong = "is not absolute";
    } else if (text.value().endsWith("/")) {
      wrong = "has a slash at its end";
    } else if (!DIRECTORY.matcher(text.value()).matches()) {
      wrong = "has characters that are not allowed on a kernel's command line";
    } else if (Pattern.compile("/\\.\\.?(/|$)").matcher(text.value()).find()) {
      wrong = "contains \".\" or \"..\"";
    } else {
      return Optional.of(text.value());
    }
    problems.add(
        Problem.error(
            text.at(),
            "the master's directory %s %s".formatted(text.quoted(), wrong),
            "write an absolute path of letters, digits and . _ + @ -, such as "
                + Master.DEFAULT_DIRECTORY));
    return Optional.empty();
  }
}
