package dev.diskless.lab;

import dev.diskless.host.AtomicFile;
import dev.diskless.model.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Table of the seconds from power-on to each stage of each node, for programs. */
final class StageTable {

  private static final List<Stage> STAGES =
      List.of(Stage.OFFER, Stage.LOADER, Stage.KERNEL, Stage.ROOT, Stage.INIT, Stage.UP);

  private StageTable() {}

  /**
   * Writes {@code stages.tsv}: a line of column names, and a line for each node. The number of a
   * stage that was not observed is missing.
   */
  static void write(LabRequest request, List<NodeReport> reports) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add(
        "node\timage\troot\tboot\tdhcp\tresult\tchecks\t"
            + STAGES.stream().map(Stage::keyword).collect(Collectors.joining("\t"))
            + "\tup-again");
    for (NodeReport report : reports) {
      Node node = request.cluster().node(report.node()).orElseThrow();
      List<String> cells =
          new ArrayList<>(
              List.of(
                  node.name(),
                  node.group().image(),
                  node.group().root().keyword(),
                  node.group().boot().keyword(),
                  request.cluster().master().dhcp().keyword()
                      + (request.cluster().master().proxyDhcp() ? "-proxy" : ""),
                  report.isWell() ? "ok" : "FAILED",
                  Integer.toString(report.checks().size())));
      for (Stage stage : STAGES) {
        Double seconds = report.times().get(stage);
        cells.add(seconds == null ? "" : String.format(Locale.ROOT, "%.1f", seconds));
      }
      cells.add(
          report.secondsAgain() > 0
              ? String.format(Locale.ROOT, "%.1f", report.secondsAgain())
              : "");
      lines.add(String.join("\t", cells));
    }
    AtomicFile.write(request.work().resolve("stages.tsv"), String.join("\n", lines) + "\n");
  }
}
