package dev.diskless.ssh;

import dev.diskless.host.VisibleText;
import java.util.List;
import java.util.Objects;

/**
 * Result of a command line on a node.
 *
 * @param end how the command ended
 * @param code exit status; 0 if there is none
 * @param lines lines of standard output and standard error, with visible control characters. If the
 *     command did not start, the last line contains the reason
 */
public record Outcome(End end, int code, List<String> lines) {

  /** Ways in which a command can end. */
  public enum End {
    /** The command ran, and has an exit status. */
    EXITED,
    /** The command ran, but has no exit status: a signal ended it, or the connection was lost. */
    LOST,
    /** The time limit has passed. */
    TOO_LATE,
    /** The command printed more than 1 MiB or 20,000 lines, and the connection was closed. */
    TOO_MUCH,
    /** A machine answers, but rejects the login, or has another host key. */
    REFUSED,
    /** No machine answers. */
    UNREACHED
  }

  public Outcome {
    Objects.requireNonNull(end, "end");
    lines = lines.stream().map(VisibleText::of).toList();
  }

  static Outcome exited(int code, List<String> lines) {
    return new Outcome(End.EXITED, code, lines);
  }

  static Outcome failed(End end, List<String> lines) {
    return new Outcome(end, 0, lines);
  }

  /** Returns whether the command ran with exit status 0. */
  public boolean isWell() {
    return end == End.EXITED && code == 0;
  }

  /** Returns whether the command did not start. */
  public boolean isUnreached() {
    return end == End.REFUSED || end == End.UNREACHED;
  }

  /** Returns the last line that is not blank; empty if there is none. */
  public String last() {
    return lines.stream().filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
  }
}
