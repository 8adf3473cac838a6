package dev.diskless.discover;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.JsonText;
import dev.diskless.master.Table;
import dev.diskless.model.Cluster;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** MachineTraces that requested an address but are not in a cluster. */
public final class Discovery {

  private final DiscoverRequest request;
  private final Instant time;
  private final List<String> sources;
  private final List<String> notes;
  private final long known;
  private final List<Naming.Choice> choices;
  private final boolean areVendorsKnown;
  private final boolean appended;

  Discovery(
      DiscoverRequest request,
      Follower follower,
      long known,
      List<Naming.Choice> choices,
      boolean areVendorsKnown)
      throws IOException {
    this.request = request;
    this.time = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    this.sources = follower.read();
    this.notes = follower.notes();
    this.known = known;
    this.choices = List.copyOf(choices);
    this.areVendorsKnown = areVendorsKnown;
    this.appended = request.append() && !newcomers().isEmpty();
    if (appended) {
      Additions.append(request.files().orElseThrow(), newcomers());
    }
  }

  /**
   * Reads all leases and logs.
   *
   * @throws ProblemException if the request has errors, or if nodes cannot be appended safely; no
   *     file is then changed
   */
  public static Discovery of(DiscoverRequest request) throws IOException {
    requireFiles(request);
    MachineTraces machines = new MachineTraces();
    Vendors vendors = Vendors.below(request.root());
    try (Follower follower = new Follower(request.root(), request.journal(), request.zone())) {
      machines.add(follower.poll());
      Cluster cluster = request.cluster();
      Set<String> known = MachineTraces.macs(cluster);
      Naming naming =
          new Naming(
              cluster,
              List.of(),
              request.name(),
              request.group(),
              machines.addresses(),
              request.chosen());
      return new Discovery(
          request,
          follower,
          machines.seenOf(known),
          naming.choose(machines.without(known, vendors)),
          vendors.areKnown());
    }
  }

  static void requireFiles(DiscoverRequest request) {
    if (request.append() && request.files().isEmpty()) {
      throw new ProblemException(
          Problem.error(
              "this directory has no descriptor to append to",
              "run the goal in the cluster's project, without -Ddiskless.cluster="));
    }
  }

  List<Newcomer> newcomers() {
    return choices.stream().flatMap(c -> c.newcomer().stream()).toList();
  }

  /** Returns a report for a person: a table, and the lines that add the machines as nodes. */
  public List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    if (!choices.isEmpty()) {
      lines.addAll(table(choices));
      lines.add("");
    }
    lines.addAll(notes);
    if (sources.isEmpty()) {
      lines.add("no leases and no logs of a DHCP server exist below " + request.root());
    }
    if (!areVendorsKnown && !choices.isEmpty()) {
      lines.add(
          "vendors are not shown, because this machine has no list of them; install the package ieee-data");
    }
    lines.add(
        choices.size()
            + (choices.size() == 1 ? " machine" : " machines")
            + " that "
            + request.cluster().name()
            + " does not know, and "
            + known
            + " that it knows");
    for (Naming.Choice choice : choices) {
      if (choice.newcomer().isEmpty()) {
        lines.add(choice.machine().mac() + " was not added: " + choice.reason());
      }
    }
    lines.addAll(nodes());
    return lines;
  }

  static List<String> table(List<Naming.Choice> choices) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("MAC", "VENDOR", "ARCHITECTURE", "FIRST SEEN", "LAST SEEN", "ADDRESS"));
    choices.forEach(c -> rows.add(row(c.machine())));
    return Table.of(rows);
  }

  private static List<String> row(Machine machine) {
    return List.of(
        machine.mac(),
        machine.vendor().orElse(Vendors.isLocal(machine.mac()) ? "(local)" : "-"),
        machine.architectureName().orElse("-"),
        seconds(machine.first()),
        seconds(machine.last()),
        machine.address().orElse("-"));
  }

  private static String seconds(Optional<Instant> time) {
    return time.map(t -> t.truncatedTo(ChronoUnit.SECONDS).toString()).orElse("-");
  }

  /** Returns the lines of nodes that were appended or can be appended. */
  List<String> nodes() throws IOException {
    List<String> lines = new ArrayList<>();
    if (newcomers().isEmpty()) {
      return lines;
    }
    Optional<Path> inventory = request.files().flatMap(DescriptorFiles::inventory);
    String file =
        request.files().map(f -> shown(f.target())).orElse("the descriptor, under \"nodes\"");
    lines.add((appended ? "appended to " : "for ") + file + (appended ? "" : ":"));
    if (inventory.isPresent()) {
      List<String> header =
          InventoryText.header(inventory.get(), Files.readString(inventory.get(), UTF_8));
      lines.addAll(InventoryText.lines(header, newcomers()));
    } else {
      newcomers().forEach(n -> lines.add("  - " + n.yaml()));
    }
    return lines;
  }

  /** Returns a path as the user would type it in the current directory. */
  private static String shown(Path file) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = file.toAbsolutePath().normalize();
    return (absolute.startsWith(here) ? here.relativize(absolute) : absolute).toString();
  }

  /** Returns a report as JSON. Unknown values are absent. */
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("cluster", request.cluster().name());
    all.put("time", time.toString());
    all.put("sources", sources);
    all.put("notes", notes);
    all.put("known", known);
    all.put("machines", choices.stream().map(Discovery::json).toList());
    if (appended) {
      all.put("appendedTo", request.files().orElseThrow().target().toString());
    }
    return JsonText.of(all);
  }

  private static Map<String, Object> json(Naming.Choice choice) {
    Machine machine = choice.machine();
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("mac", machine.mac());
    machine.vendor().ifPresent(v -> said.put("vendor", v));
    machine.architecture().ifPresent(a -> said.put("architecture", a));
    machine.architectureName().ifPresent(a -> said.put("architectureName", a));
    machine.first().ifPresent(t -> said.put("first", t.toString()));
    machine.last().ifPresent(t -> said.put("last", t.toString()));
    machine.address().ifPresent(a -> said.put("address", a));
    choice
        .newcomer()
        .ifPresent(
            n ->
                said.put(
                    "node", Map.of("name", n.name(), "address", n.address(), "group", n.group())));
    if (choice.newcomer().isEmpty()) {
      said.put("reason", choice.reason());
    }
    return said;
  }
}
