package dev.diskless.model;

import inet.ipaddr.IPAddress;

/**
 * Addresses from the first to the last, both included.
 *
 * @param first not above {@code last}
 * @param last of the same IP version as {@code first}
 */
public record AddressRange(IPAddress first, IPAddress last) {

  public AddressRange {
    if (first.getIPVersion() != last.getIPVersion() || first.compareTo(last) > 0) {
      throw new IllegalArgumentException("no range: " + first + "-" + last);
    }
  }

  public boolean contains(IPAddress address) {
    return first.getIPVersion() == address.getIPVersion()
        && first.compareTo(address) <= 0
        && address.compareTo(last) <= 0;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
