package dev.diskless.mojo;

import dev.diskless.problem.ProblemException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/** The property {@code project.build.outputTimestamp} in the forms that Maven accepts. */
final class OutputTimestamp {

  private OutputTimestamp() {}

  /**
   * Returns the time.
   *
   * @param text ISO 8601, or seconds since 1970 as in SOURCE_DATE_EPOCH. Maven uses a text of one
   *     character to switch reproducible builds off
   * @throws ProblemException if the text is missing or not a time
   */
  static Instant parse(String text) {
    if (text == null || text.isBlank() || text.length() == 1) {
      throw new ProblemException(
          "the property project.build.outputTimestamp is missing, so that two builds"
              + " would differ",
          "write <project.build.outputTimestamp>2026-01-01T00:00:00Z</project.build.outputTimestamp> under <properties> in pom.xml");
    }
    try {
      return text.matches("\\d+")
          ? Instant.ofEpochSecond(Long.parseLong(text))
          : OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.SECONDS);
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new ProblemException(
          "project.build.outputTimestamp is not a valid time: " + text,
          "write it as 2026-01-01T00:00:00Z");
    }
  }
}
