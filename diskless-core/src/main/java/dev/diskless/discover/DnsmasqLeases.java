package dev.diskless.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Leases of dnsmasq (dnsmasq(8), --dhcp-leasefile): end, MAC address, IP address, name, client id.
 * The file contains no start of a lease, so these traces have no time.
 */
final class DnsmasqLeases {

  private DnsmasqLeases() {}

  static List<Sighting> read(String text) {
    List<Sighting> found = new ArrayList<>();
    for (String line : text.split("\n")) {
      String[] words = line.strip().split("\\s+");
      // IPv6 leases follow this line. They have no MAC address.
      if (words[0].equals("duid")) {
        break;
      }
      if (words.length >= 4 && words[0].matches("\\d+")) {
        Sighting.mac(words[1])
            .ifPresent(
                mac ->
                    found.add(
                        new Sighting(
                            mac, Optional.empty(), Optional.of(words[2]), Optional.empty())));
      }
    }
    return found;
  }
}
