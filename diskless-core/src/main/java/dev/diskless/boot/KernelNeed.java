package dev.diskless.boot;

import java.util.Objects;

/**
 * Option that a kernel lacks but needs to start its nodes.
 *
 * @param option name of the option without {@code CONFIG_}
 * @param found state of the option in the kernel
 * @param reason purpose of the option
 */
public record KernelNeed(String option, KernelConfiguration.State found, String reason) {

  public KernelNeed {
    Objects.requireNonNull(option, "option");
    Objects.requireNonNull(found, "found");
    Objects.requireNonNull(reason, "reason");
  }

  /** Returns text such as {@code IP_PNP (not set)}. */
  @Override
  public String toString() {
    return option + (found == KernelConfiguration.State.MODULE ? " (only a module)" : " (not set)");
  }
}
