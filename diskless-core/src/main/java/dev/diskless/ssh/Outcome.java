package dev.diskless.ssh;

import java.util.List;
import java.util.Objects;

/**
 * How a command line on a node ended.
 *
 * @param end in which way
 * @param code its exit status; 0 where it has none
 * @param lines of both outputs, as they came; where it never began, the last says why
 */
public record Outcome(End end, int code, List<String> lines) {

  /** The ways in which it can end. */
  public enum End {
    /** It ran, and has an exit status. */
    EXITED,
    /** It ran, and has no exit status: a signal ended it, or the connection was lost. */
    LOST,
    /** It did not end in time. */
    TOO_LATE,
    /** A machine is there, and does not let in who asks, or is not the one that is meant. */
    REFUSED,
    /** Nothing answers. */
    UNREACHED
  }

  public Outcome {
    Objects.requireNonNull(end, "end");
    lines = List.copyOf(lines);
  }

  static Outcome exited(int code, List<String> lines) {
    return new Outcome(End.EXITED, code, lines);
  }

  static Outcome failed(End end, List<String> lines) {
    return new Outcome(end, 0, lines);
  }

  /** Whether it ran and all was well. */
  public boolean isWell() {
    return end == End.EXITED && code == 0;
  }

  /** Whether it was never begun. */
  public boolean isUnreached() {
    return end == End.REFUSED || end == End.UNREACHED;
  }

  /** The last line that is not blank, or nothing. */
  public String last() {
    return lines.stream().filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
  }
}
