package dev.diskless.discover;

import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One trace of a machine.
 *
 * @param mac in lower case with colons, two digits each
 * @param time when; empty where the trace does not tell
 * @param address IPv4, leased or offered; empty where the trace has none
 * @param architecture DHCP option 93 (RFC 4578); empty where the trace has none
 */
record Sighting(
    String mac, Optional<Instant> time, Optional<String> address, Optional<Integer> architecture) {

  private static final Pattern MAC =
      Pattern.compile("([0-9a-f]{1,2})(?:[:-]([0-9a-f]{1,2})){5}", Pattern.CASE_INSENSITIVE);

  /** What PXE (specification 2.1, section 2.2.3) and UEFI HTTP boot put into option 60. */
  private static final Pattern VENDOR_CLASS =
      Pattern.compile("(?:PXEClient|HTTPClient):Arch:(\\d{5})");

  Sighting {
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(architecture, "architecture");
  }

  /** Of an Ethernet address in any usual form; empty for anything else, and for no machine's. */
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

  /** The architecture that a vendor class tells, where it tells one. */
  static Optional<Integer> architecture(String text) {
    Matcher matcher = VENDOR_CLASS.matcher(text);
    return matcher.find()
        ? Optional.of(Integer.parseInt(matcher.group(1))).filter(a -> a <= 0xFFFF)
        : Optional.empty();
  }
}
