package dev.diskless.problem;

import java.util.Objects;
import java.util.Optional;

/**
 * Error or warning about the input of the user.
 *
 * @param severity whether the build can continue
 * @param location position in a file; empty if the problem is not in a file
 * @param message what is wrong, without a full stop
 * @param remedy what to write or do instead, without a full stop; empty only if no advice exists
 */
public record Problem(
    Severity severity, Optional<Location> location, String message, String remedy) {

  /** Consequence of a problem for the build. */
  public enum Severity {
    /** The build stops after it has found all other problems of the same kind. */
    ERROR,
    /** The build continues. */
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

  /** Returns {@code file:line:column: message; remedy} on one line. */
  @Override
  public String toString() {
    String where = location.map(l -> l + ": ").orElse("");
    return where + (remedy.isEmpty() ? message : message + "; " + remedy);
  }
}
