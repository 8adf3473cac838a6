package dev.diskless.fleet;

import dev.diskless.ssh.Outcome;
import java.util.Objects;

/**
 * What came of a node.
 *
 * @param node its name
 * @param outcome how its command ended
 */
public record Answer(String node, Outcome outcome) {

  public Answer {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(outcome, "outcome");
  }
}
