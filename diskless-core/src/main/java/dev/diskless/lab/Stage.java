package dev.diskless.lab;

import java.time.Duration;
import java.util.Locale;

/** How far a node has come from power-on, in the order of starting. */
public enum Stage {
  /** It runs, and was told to reboot. */
  SHUTDOWN("no end of the shutdown", 300),
  /** Its firmware asks for an address. */
  POWER_ON("no DHCP offer", 90),
  /** It was offered an address, and is to fetch its loader. */
  OFFER("no loader", 120),
  /** It fetches its loader, which is to fetch the kernel. */
  LOADER("no kernel", 180),
  /** It fetches kernel and initramfs, which are to mount the root. */
  KERNEL("no root", 600),
  /** It mounts its root, from which its init is to start. */
  ROOT("no init", 300),
  /** Its init runs; services start. */
  INIT("no multi-user.target", 600),
  /** It reached multi-user.target; the checks run, each as long as this at most. */
  UP("a check not finished", 600),
  /** All is checked. */
  CHECKED("", 0);

  private final String stop;
  private final Duration limit;

  Stage(String stop, int seconds) {
    this.stop = stop;
    this.limit = Duration.ofSeconds(seconds);
  }

  /** What a node lacks that comes no further, in words for people. */
  public String stop() {
    return stop;
  }

  /** As people write it. */
  public String keyword() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** How long it may take from here to the next stage where the processor is emulated. */
  Duration limit() {
    return limit;
  }
}
