package dev.diskless.master;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Entry of the history: a switch of releases. Only the order in the file is reliable. Times are for
 * users, because a clock may go backwards.
 *
 * @param time time of the switch
 * @param action {@code activate}, {@code rollback} or {@code undo}
 * @param version release that the switch made active; empty if none
 * @param before release that was active before; empty if none
 */
public record HistoryEntry(
    Instant time, String action, Optional<String> version, Optional<String> before) {

  static Optional<HistoryEntry> parse(String line) {
    String[] parts = line.split("\t", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new HistoryEntry(Instant.parse(parts[0]), parts[1], name(parts[2]), name(parts[3])));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> name(String text) {
    return text.equals("-") ? Optional.empty() : Optional.of(text);
  }
}
