package dev.diskless.discover;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Leases of ISC dhcpd (dhcpd.leases(5)). The server appends one statement per line. */
final class IscLeases {

  private static final Pattern LEASE = Pattern.compile("lease\\s+([0-9.]+)\\s*\\{");
  private static final Pattern TIME =
      Pattern.compile(
          "(?:starts|cltt)\\s+(?:epoch\\s+(\\d{1,12})|\\d\\s+(\\d+/\\d+/\\d+\\s+\\d+:\\d+:\\d+)).*");
  private static final Pattern HARDWARE =
      Pattern.compile("hardware\\s+ethernet\\s+([0-9a-fA-F:]+)\\s*;.*");
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss");

  private IscLeases() {}

  static List<Sighting> read(String text) {
    List<Sighting> found = new ArrayList<>();
    String address = null;
    String mac = null;
    List<Instant> times = new ArrayList<>();
    Optional<Integer> architecture = Optional.empty();
    for (String raw : text.split("\n")) {
      String line = raw.strip();
      Matcher lease = LEASE.matcher(line);
      if (lease.matches()) {
        address = lease.group(1);
        mac = null;
        times.clear();
        architecture = Optional.empty();
      } else if (address == null) {
        // Lines outside of a lease contain nothing about a machine.
      } else if (line.equals("}")) {
        // A lease without a machine is abandoned or unused.
        for (Instant time : times) {
          if (mac != null) {
            found.add(new Sighting(mac, Optional.of(time), Optional.of(address), architecture));
          }
        }
        if (mac != null && times.isEmpty()) {
          found.add(new Sighting(mac, Optional.empty(), Optional.of(address), architecture));
        }
        address = null;
      } else {
        Matcher hardware = HARDWARE.matcher(line);
        if (hardware.matches()) {
          mac = Sighting.mac(hardware.group(1)).orElse(null);
        }
        time(line).ifPresent(times::add);
        if (line.contains("vendor-class-identifier")) {
          architecture = Sighting.architecture(line);
        }
      }
    }
    return found;
  }

  /** Returns the time of a line. Times are in UTC, or in seconds since 1970 (db-time-format). */
  private static Optional<Instant> time(String line) {
    Matcher time = TIME.matcher(line);
    if (!time.matches()) {
      return Optional.empty();
    }
    if (time.group(1) != null) {
      return Optional.of(Instant.ofEpochSecond(Long.parseLong(time.group(1))));
    }
    try {
      return Optional.of(
          LocalDateTime.parse(time.group(2).replaceAll("\\s+", " "), FORMAT)
              .toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException damaged) {
      return Optional.empty();
    }
  }
}
