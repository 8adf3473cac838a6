package dev.diskless.discover;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Trace of a machine in a lease file or a log.
 *
 * @param mac MAC address in lower case with colons, two digits each
 * @param time time of the trace; empty if the trace has none
 * @param address leased or offered IPv4 address; empty if the trace has none
 * @param architecture DHCP option 93 (RFC 4578); empty if the trace has none
 */
record Sighting(
    String mac, Optional<Instant> time, Optional<String> address, Optional<Integer> architecture) {

  private static final Pattern MAC =
      Pattern.compile("([0-9a-f]{1,2})(?:[:-]([0-9a-f]{1,2})){5}", Pattern.CASE_INSENSITIVE);

  /** Value of option 60 from PXE (specification 2.1, section 2.2.3) or UEFI HTTP boot. */
  private static final Pattern VENDOR_CLASS =
      Pattern.compile("(?:PXEClient|HTTPClient):Arch:(\\d{5})");

  Sighting {
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(architecture, "architecture");
  }

  /**
   * Returns the normal form of an Ethernet address; empty if the text is another kind of address,
   * or an address that no machine can have.
   */
  static Optional<String> mac(String text) {
    Matcher matcher = MAC.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    StringBuilder mac = new StringBuilder();
    for (String part : text.strip().split("[:-]")) {
      mac.append(mac.isEmpty() ? "" : ":").append(part.length() == 1 ? "0" : "").append(part);
    }
    String all = mac.toString().toLowerCase(Locale.ROOT);
    boolean isGroup = (Integer.parseInt(all.substring(0, 2), 16) & 1) == 1;
    return isGroup || all.equals("00:00:00:00:00:00") ? Optional.empty() : Optional.of(all);
  }

  /** Returns the architecture in a vendor class; empty if it contains none. */
  static Optional<Integer> architecture(String text) {
    Matcher matcher = VENDOR_CLASS.matcher(text);
    return matcher.find()
        ? Optional.of(Integer.parseInt(matcher.group(1))).filter(a -> a <= 0xFFFF)
        : Optional.empty();
  }
}
