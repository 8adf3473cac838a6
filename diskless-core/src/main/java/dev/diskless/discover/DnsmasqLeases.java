package dev.diskless.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The leases of dnsmasq (dnsmasq(8), --dhcp-leasefile): end, MAC, address, name, client id. It
 * tells when a lease ends, not when the machine asked, and how long leases are stands elsewhere: so
 * no time is taken from it.
 */
final class DnsmasqLeases {

  private DnsmasqLeases() {}

  static List<Sighting> read(String text) {
    List<Sighting> found = new ArrayList<>();
    for (String line : text.split("\n")) {
      String[] words = line.strip().split("\\s+");
      // IPv6 leases come after this line, and have no MAC.
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
