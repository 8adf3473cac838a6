package dev.diskless.master;

import dev.diskless.host.AtomicFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Last answer of each node. A node that does not answer later may have restarted, but only from a
 * release that was active since its last answer. The file {@code seen} contains a line for each
 * node, with fields separated by tabs: name, release, number of lines in the history, and time. The
 * time is only for users, because a clock may go backwards.
 */
final class LastSeen {

  /**
   * Last answer of a node, as a line of the file records it.
   *
   * @param release version of the release that the node ran when it answered
   * @param history number of lines of the activation history at the time of the answer
   * @param time time of the answer; only for users
   */
  private record Line(String release, int history, Instant time) {

    /** Returns the line; empty if the line is not valid, as if the node had never answered. */
    static Optional<Line> parse(String[] parts) {
      try {
        return parts.length == 4 && parts[2].matches("\\d{1,9}")
            ? Optional.of(new Line(parts[1], Integer.parseInt(parts[2]), Instant.parse(parts[3])))
            : Optional.empty();
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
    }
  }

  private final Path file;
  private final Map<String, Line> lines;

  private LastSeen(Path file, Map<String, Line> lines) {
    this.file = file;
    this.lines = lines;
  }

  static LastSeen of(MasterHost host) throws IOException {
    Path file = host.base().resolve("seen");
    Map<String, Line> lines = new TreeMap<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] parts = line.split("\t", -1);
        Line.parse(parts).ifPresent(l -> lines.put(parts[0], l));
      }
    }
    return new LastSeen(file, lines);
  }

  /**
   * Saves the answers, unless the user may not write the file.
   *
   * @param history number of lines in the history before the nodes were queried
   */
  void note(List<NodeStatus> nodes, int history, Instant now) throws IOException {
    for (NodeStatus node : nodes) {
      node.booted().ifPresent(r -> lines.put(node.name(), new Line(r, history, now)));
    }
    StringBuilder text = new StringBuilder();
    lines.forEach(
        (name, line) ->
            text.append(
                "%s\t%s\t%d\t%s\n".formatted(name, line.release(), line.history(), line.time())));
    try {
      AtomicFile.write(file, text.toString());
    } catch (FileSystemException notRootOrFull) {
      // Without the saved answer, more releases count as possibly in use, never fewer.
      return;
    }
  }

  /** Returns the time of a node's last answer, by the clock at that time. */
  Optional<Instant> time(String node) {
    return Optional.ofNullable(lines.get(node)).map(Line::time);
  }

  /**
   * Returns the releases that a node without an answer may be running: the release of its last
   * answer, and each release that was active since. For a node that never answered, these are all
   * releases that were ever active.
   */
  Set<String> possible(String node, List<HistoryEntry> history) {
    Set<String> releases = new LinkedHashSet<>();
    Line line = lines.get(node);
    int from = 0;
    if (line != null && line.history() <= history.size()) {
      releases.add(line.release());
      from = line.history();
      if (from > 0) {
        history.get(from - 1).version().ifPresent(releases::add);
      }
    }
    history.stream().skip(from).forEach(h -> h.version().ifPresent(releases::add));
    return releases;
  }
}
