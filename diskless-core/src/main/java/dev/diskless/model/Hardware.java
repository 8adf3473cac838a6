package dev.diskless.model;

import java.util.Optional;

/**
 * Processors and memory of a node for job schedulers, as far as the descriptor contains them.
 *
 * @param cpus processors that the node's kernel counts, at least 1
 * @param memory in MiB, at least 1
 */
public record Hardware(
    Optional<Integer> cpus, @Key(form = Key.NumberForm.MEBIBYTES) Optional<Long> memory) {

  /** Hardware without any known value. */
  public static final Hardware UNKNOWN = new Hardware(Optional.empty(), Optional.empty());

  public Hardware {
    if (cpus.filter(n -> n < 1).isPresent() || memory.filter(n -> n < 1).isPresent()) {
      throw new IllegalArgumentException("nothing to work with: " + cpus + ", " + memory);
    }
  }

  /** Returns this hardware, with unknown fields taken from {@code other}. */
  public Hardware over(Hardware other) {
    return new Hardware(cpus.or(other::cpus), memory.or(other::memory));
  }
}
