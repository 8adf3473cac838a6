package dev.diskless.fleet;

import dev.diskless.ssh.Outcome;
import java.util.Objects;

/**
 * Result of a command on one node.
 *
 * @param node name of the node
 * @param outcome result of the command
 */
public record Answer(String node, Outcome outcome) {

  public Answer {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(outcome, "outcome");
  }
}
