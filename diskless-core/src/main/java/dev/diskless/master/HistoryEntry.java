package dev.diskless.master;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * One switch. The order of entries is that of the file; times are for people, for a clock may have
 * gone backwards.
 *
 * @param time when
 * @param action {@code activate}, {@code rollback} or {@code undo}
 * @param version active since; empty where nothing is
 * @param before active until then; empty where nothing was
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
