package dev.diskless.lab;

import dev.diskless.model.Cluster;
import dev.diskless.model.NfsMount;
import dev.diskless.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far one node has come, told by what the services of the master say of it and by its console.
 * A stage is never left for an earlier one.
 */
final class NodeProgress {

  /** What terminals are told: colours, cursor (ECMA-48, control sequences). */
  private static final Pattern CONTROL = Pattern.compile("\u001B\\[[0-9;?]*[A-Za-z]|\r");

  private static final Pattern FAILED_UNIT =
      Pattern.compile("^\\[\\s*(?:FAILED|DEPEND|TIME)\\s*\\] (.*)");

  private static final int LINES_KEPT = 15;

  private final Pattern offer;
  private final Pattern request;
  private final Pattern mount;
  private final List<String> rootPaths;
  private final List<String> lastLines = new ArrayList<>();
  private final List<String> failedUnits = new ArrayList<>();
  private Stage stage = Stage.POWER_ON;

  NodeProgress(Cluster cluster, Node node) {
    String address = Pattern.quote(node.address().toString());
    this.offer = Pattern.compile("DHCPOFFER on " + address + " to ");
    this.request = Pattern.compile("RRQ from (?:::ffff:)?" + address + " filename (\\S+)");
    this.mount =
        Pattern.compile(
            "authenticated mount request from (?:::ffff:)?" + address + ":\\d+ for (\\S+)");
    this.rootPaths =
        NfsMount.of(cluster, node).stream()
            .filter(NfsMount::keepsRoot)
            .map(NfsMount::source)
            .toList();
  }

  Stage stage() {
    return stage;
  }

  void reach(Stage other) {
    if (other.compareTo(stage) > 0) {
      stage = other;
    }
  }

  /** A line of the master's DHCP, TFTP or mount server. */
  void masterSays(String line) {
    if (offer.matcher(line).find()) {
      reach(Stage.OFFER);
    }
    Matcher asked = request.matcher(line);
    if (asked.find()) {
      reach(asked.group(1).endsWith("/vmlinuz") ? Stage.KERNEL : Stage.LOADER);
    }
    Matcher mounted = mount.matcher(line);
    if (mounted.find() && rootPaths.contains(mounted.group(1))) {
      reach(Stage.ROOT);
    }
  }

  /** A line of the node's own console. */
  void consoleSays(String line) {
    String text = plain(line);
    if (text.isBlank()) {
      return;
    }
    lastLines.add(text);
    if (lastLines.size() > LINES_KEPT) {
      lastLines.remove(0);
    }
    if (text.contains("Linux version ")) {
      reach(Stage.KERNEL);
    }
    if (text.contains("systemd[1]: systemd ") || text.contains("Welcome to ")) {
      reach(Stage.INIT);
    }
    Matcher failed = FAILED_UNIT.matcher(text);
    if (failed.find()) {
      failedUnits.add(failed.group(1));
    }
  }

  static String plain(String line) {
    return CONTROL.matcher(line).replaceAll("").stripTrailing();
  }

  List<String> lastLines() {
    return List.copyOf(lastLines);
  }

  /** What the init system said had failed. */
  List<String> failedUnits() {
    return List.copyOf(failedUnits);
  }
}
