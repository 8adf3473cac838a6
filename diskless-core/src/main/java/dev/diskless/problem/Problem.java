package dev.diskless.problem;

import java.util.Objects;
import java.util.Optional;

/**
 * Something wrong with what the user gave, in words for the user.
 *
 * @param severity whether the build can go on
 * @param location where it stands, empty where it stands in no file
 * @param message what is wrong, without a full stop
 * @param remedy what to write or do instead, without a full stop; empty only where nothing can be
 *     advised
 */
public record Problem(
    Severity severity, Optional<Location> location, String message, String remedy) {

  /** Whether the build can go on. */
  public enum Severity {
    /** The build stops, after all other problems of the same kind were found. */
    ERROR,
    /** The build goes on; the user should know. */
    WARNING
  }

  public Problem {
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(location, "location");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(remedy, "remedy");
  }

  public static Problem error(Location location, String message, String remedy) {
    return new Problem(Severity.ERROR, Optional.of(location), message, remedy);
  }

  public static Problem error(String message, String remedy) {
    return new Problem(Severity.ERROR, Optional.empty(), message, remedy);
  }

  public static Problem warning(Location location, String message, String remedy) {
    return new Problem(Severity.WARNING, Optional.of(location), message, remedy);
  }

  public static Problem warning(String message, String remedy) {
    return new Problem(Severity.WARNING, Optional.empty(), message, remedy);
  }

  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /** {@code file:line:column: what is wrong; what to write}, on one line. */
  @Override
  public String toString() {
    String where = location.map(l -> l + ": ").orElse("");
    return where + (remedy.isEmpty() ? message : message + "; " + remedy);
  }
}
