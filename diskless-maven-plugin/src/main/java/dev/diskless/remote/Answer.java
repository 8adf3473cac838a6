package dev.diskless.remote;

import java.util.List;

/**
 * What came of a node.
 *
 * @param node its name
 * @param code the exit status there; 255 where ssh(1) could not reach it
 * @param lines of both outputs, as they came
 */
public record Answer(String node, int code, List<String> lines) {

  public Answer {
    lines = List.copyOf(lines);
  }

  /** Whether ssh(1) failed, and not what it was to run there. */
  public boolean isUnreached() {
    return code == 255;
  }

  /** Whether there was no end in time, as timeout(1) tells. */
  public boolean isTooLate() {
    return code == 124 || code == 137;
  }
}
