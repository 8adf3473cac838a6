package dev.diskless.boot;

import java.util.Objects;

/**
 * An option that a way to start needs, and a kernel lacks.
 *
 * @param option without {@code CONFIG_}
 * @param found what the kernel has
 * @param reason what it is needed for
 */
public record KernelNeed(String option, KernelConfiguration.State found, String reason) {

  public KernelNeed {
    Objects.requireNonNull(option, "option");
    Objects.requireNonNull(found, "found");
    Objects.requireNonNull(reason, "reason");
  }

  /** As in {@code IP_PNP (not set)}. */
  @Override
  public String toString() {
    return option + (found == KernelConfiguration.State.MODULE ? " (only a module)" : " (not set)");
  }
}
