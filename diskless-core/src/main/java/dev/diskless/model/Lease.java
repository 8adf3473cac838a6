package dev.diskless.model;

import java.time.Duration;

/**
 * How long a DHCP lease lasts.
 *
 * @param standard for clients that ask for no time of their own
 * @param max the longest that a client is given
 */
public record Lease(
    @Key(value = "default", defaultsTo = "6000s") Duration standard,
    @Key(defaultsTo = "72000s") Duration max) {

  public static final Lease DEFAULT = new Lease(Duration.ofMinutes(100), Duration.ofHours(20));

  public Lease {
    if (standard.isNegative() || standard.isZero() || max.compareTo(standard) < 0) {
      throw new IllegalArgumentException("a lease of " + standard + ", at most " + max);
    }
  }
}
