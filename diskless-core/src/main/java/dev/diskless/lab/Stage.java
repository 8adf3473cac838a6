package dev.diskless.lab;

import java.time.Duration;
import java.util.Locale;

/** Stages of a node's start, in their order. */
public enum Stage {
  /** The node is shutting down for a reboot. */
  SHUTDOWN("no end of the shutdown", 300),
  /** The firmware requests an address. */
  POWER_ON("no DHCP offer", 90),
  /** A DHCP server has offered an address. Next, the node fetches its loader. */
  OFFER("no loader", 120),
  /** The node fetches its loader. Next, the loader fetches the kernel. */
  LOADER("no kernel", 180),
  /** The node fetches kernel and initramfs. Next, the initramfs mounts the root. */
  KERNEL("no root", 600),
  /** The node mounts its root. Next, init starts from the root. */
  ROOT("no init", 300),
  /** The init system runs and starts services. */
  INIT("no multi-user.target", 600),
  /** The node reached multi-user.target, and the checks run. The limit applies to each check. */
  UP("a check not finished", 600),
  /** All checks have run. */
  CHECKED("", 0);

  private final String stop;
  private final Duration limit;

  Stage(String stop, int seconds) {
    this.stop = stop;
    this.limit = Duration.ofSeconds(seconds);
  }

  /** Returns what is missing if a node stops at this stage, as text for users. */
  public String stop() {
    return stop;
  }

  /** Returns the name of the stage as users write it. */
  public String keyword() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns how long a node with an emulated processor may take from this stage to the next. */
  Duration limit() {
    return limit;
  }
}
