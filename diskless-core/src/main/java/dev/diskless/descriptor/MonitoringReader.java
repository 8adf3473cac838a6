package dev.diskless.descriptor;

import dev.diskless.model.Collector;
import dev.diskless.model.Keyword;
import dev.diskless.model.Monitoring;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import inet.ipaddr.IPAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads the key {@code monitoring}: the name of a program, or a block with more settings. */
final class MonitoringReader {

  private static final String KEY = "monitoring";

  private final Formats formats;
  private final Networks networks;
  private final Problems problems;

  MonitoringReader(Formats formats, Networks networks, Problems problems) {
    this.formats = formats;
    this.networks = networks;
    this.problems = problems;
  }

  Monitoring read(Section root) {
    root.text(KEY).ifPresent(this::requireCollector);
    return root.section(KEY)
        .map(this::settings)
        .or(() -> GroupReader.keyword(root, KEY, Collector.values()).map(Monitoring::of))
        .orElse(Monitoring.NONE);
  }

  private Monitoring settings(Section section) {
    boolean openToNodes = section.isTrue("openToNodes");
    List<IPAddress> viewers = new ArrayList<>();
    for (Text text : section.texts("viewers")) {
      formats
          .network(text)
          .ifPresent(
              viewer -> {
                if (!openToNodes) {
                  requireNoNodeNetwork(viewer, text);
                }
                viewers.add(viewer);
              });
    }
    return new Monitoring(
        GroupReader.keyword(section, "with", Collector.values()).orElse(Collector.NONE),
        viewers,
        openToNodes);
  }

  /** The schema cannot list words for a key that may also be a block. */
  private void requireCollector(Text text) {
    List<String> words = Arrays.stream(Collector.values()).map(Keyword::keyword).toList();
    if (!words.contains(text.value())) {
      problems.add(
          Problem.error(
              text.at(),
              "monitoring cannot be " + text.quoted(),
              Nearest.to(text.value(), words)
                  .map("write \"%s\""::formatted)
                  .orElse("write one of " + String.join(", ", words))));
    }
  }

  private void requireNoNodeNetwork(IPAddress viewer, Text text) {
    networks.placements().stream()
        .filter(p -> contains(p.network().subnet(), viewer) || inSubnet6(p, viewer))
        .findFirst()
        .ifPresent(
            p ->
                problems.add(
                    Problem.error(
                        text.at(),
                        "the viewers %s are in the network %s of nodes, at %s"
                            .formatted(text.quoted(), p.network().subnet(), p.at()),
                        "write openToNodes: true beside viewers if users of nodes may see the"
                            + " page, or remove the network")));
  }

  private static boolean inSubnet6(Networks.Placement placement, IPAddress viewer) {
    Optional<IPAddress> subnet6 = placement.network().subnet6();
    return subnet6.filter(s -> contains(s, viewer)).isPresent();
  }

  private static boolean contains(IPAddress subnet, IPAddress viewer) {
    return subnet.getIPVersion() == viewer.getIPVersion() && subnet.contains(viewer);
  }
}
