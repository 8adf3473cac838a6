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
 * What each node last said. A node that does not answer later may have started again since, but
 * only with what was active from then on. The file {@code seen} has a line a node: name, release,
 * how many lines the history had, and for people the time, between tabs. That number, and not the
 * time, is what counts, for a clock may go backwards.
 */
final class LastSeen {

  private record Line(String release, int history, Instant time) {

    /** Empty where a line is none, so that of its node nothing is known. */
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
   * Notes the answers. Who may not write there notes nothing.
   *
   * @param history how many lines it had before the nodes were asked
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
      // What is not noted is what a node may run: more is kept then, and never less.
      return;
    }
  }

  /** When a node last answered, by the clock of then. */
  Optional<Instant> time(String node) {
    return Optional.ofNullable(lines.get(node)).map(Line::time);
  }

  /**
   * What a node that does not answer may run: what it last said, and whatever was active from then
   * on. Of a node that never answered, all that was ever active.
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
