package dev.diskless.discover;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads log lines of DHCP and TFTP servers. dnsmasq logs several lines for one transaction. Each
 * source therefore needs its own reader and must keep the order of its lines.
 */
final class LogLines {

  /** Names of the programs in syslog whose lines are read. */
  static final List<String> PROGRAMS =
      List.of("dhcpd", "kea-dhcp4", "dnsmasq-dhcp", "dnsmasq-tftp", "in.tftpd", "tftpd", "atftpd");

  private static final Set<String> NAMES = Set.copyOf(PROGRAMS);
  private static final JsonMapper JSON = new JsonMapper();

  private static final String MAC_FORM = "([0-9a-fA-F]{1,2}(?::[0-9a-fA-F]{1,2}){5})";
  private static final String IP_FORM = "(\\d{1,3}(?:\\.\\d{1,3}){3})";

  /**
   * Line of syslog in the default format of rsyslog or in RFC 3164: time, name of the machine,
   * program, message.
   */
  private static final Pattern SYSLOG =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\dT\\S+|[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d) \\S+ "
              + "([A-Za-z0-9._-]+)(?:\\[\\d+\\])?: (.*)");

  private static final Pattern KEA =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?) [A-Z]+ +\\[.*");

  /** Kea's label of a query, "[hwtype=1 52:54:00:00:09:09], cid=[…], tid=0x1001: …". */
  private static final Pattern KEA_QUERY = Pattern.compile("\\[hwtype=1 " + MAC_FORM + "\\](.*)");

  private static final Pattern KEA_LEASE = Pattern.compile("lease " + IP_FORM + " ");

  /**
   * Line of dhcpd ("DHCPOFFER on IP to MAC via …") or of dnsmasq ("DHCPOFFER(eth0) IP MAC name").
   */
  private static final Pattern GIVEN =
      Pattern.compile("DHCP(?:OFFER|ACK)(?: on|\\([^)]*\\)) " + IP_FORM + "(?: to)? " + MAC_FORM);

  /**
   * Lines of dnsmasq as proxyDHCP: "PXE(eth0) MAC proxy", "PXE(eth0) MAC proxy-ignored" for a
   * machine that it does not serve, or "PXE(eth0) IP MAC file" if the machine has an address.
   */
  private static final Pattern PROXY =
      Pattern.compile("PXE\\([^)]*\\) (?:" + IP_FORM + " )?" + MAC_FORM + "(?![0-9a-fA-F:])");

  private static final Pattern ASKED =
      Pattern.compile("(?:DHCP[A-Z]+|BOOTREQUEST)\\b.*?[ (]" + MAC_FORM + "(?![0-9a-fA-F:])");

  /** Line that dhcpd logs with the shipped dhcpd.conf. */
  private static final Pattern DISKLESS =
      Pattern.compile("diskless: " + MAC_FORM + " has architecture (\\d{1,5})");

  /** Number of a transaction, with which lines of dnsmasq begin if log-dhcp is set. */
  private static final Pattern TRANSACTION = Pattern.compile("(\\d{1,10}) (.*)");

  /** Tags of the shipped dnsmasq configuration. */
  private static final Pattern TAG = Pattern.compile("tags: .*\\barch-(\\d{1,5})\\b.*");

  /** Requested file of PXELINUX or GRUB with the MAC address in its name; 01 is Ethernet. */
  private static final Pattern CONFIGURATION =
      Pattern.compile("(?:pxelinux\\.cfg/|grub\\.cfg-)01-([0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2}){5})");

  /**
   * Client of a TFTP request: "RRQ from IP filename …" of in.tftpd, "… to IP" and "… for IP" of
   * dnsmasq, "Serving … to IP:port" of atftpd.
   */
  private static final Pattern CLIENT =
      Pattern.compile("(?:\\bRRQ from |\\bto |\\bfor )(?:::ffff:)?" + IP_FORM + "(?![0-9.])");

  private static final DateTimeFormatter OLD =
      new DateTimeFormatterBuilder()
          .appendPattern("MMM ppd HH:mm:ss")
          .parseDefaulting(ChronoField.YEAR, 2000)
          .toFormatter(Locale.ENGLISH);

  private static final DateTimeFormatter KEA_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);

  /** Recent transactions by their number. The size of the map is limited. */
  private final Map<String, Transaction> transactions =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Transaction> eldest) {
          return size() > 1000;
        }
      };

  /**
   * Facts about a machine from the lines of one transaction.
   *
   * @param mac MAC address; empty if it is not yet known
   * @param architecture DHCP option 93; empty if it is not yet known
   */
  private record Transaction(Optional<String> mac, Optional<Integer> architecture) {}

  private final ZoneId zone;

  /**
   * Creates a reader for one source.
   *
   * @param zone time zone of lines without a zone
   */
  LogLines(ZoneId zone) {
    this.zone = zone;
  }

  /**
   * Returns the trace in a line of a log file of syslog or Kea.
   *
   * @param line line without its end
   * @param written time of the last change of the file, because a line of syslog has no year
   */
  Optional<Sighting> line(String line, Instant written) {
    Matcher kea = KEA.matcher(line);
    if (kea.matches()) {
      return message(keaTime(kea.group(1)), "kea-dhcp4", line);
    }
    Matcher syslog = SYSLOG.matcher(line);
    return syslog.matches() && NAMES.contains(syslog.group(2))
        ? message(syslogTime(syslog.group(1), written), syslog.group(2), syslog.group(3))
        : Optional.empty();
  }

  /** Returns the trace in an entry of the journal, as {@code journalctl -o json} prints it. */
  Optional<Sighting> journal(String json) {
    try {
      JsonNode entry = JSON.readTree(json);
      JsonNode message = entry.path("MESSAGE");
      String time = entry.path("__REALTIME_TIMESTAMP").asString("");
      String program = entry.path("SYSLOG_IDENTIFIER").asString("");
      if (!message.isString() || !NAMES.contains(program)) {
        return Optional.empty();
      }
      return message(
          time.matches("\\d{1,18}")
              ? Optional.of(
                  Instant.EPOCH.plus(Long.parseLong(time), java.time.temporal.ChronoUnit.MICROS))
              : Optional.empty(),
          program,
          message.asString());
    } catch (JacksonException cutOff) {
      return Optional.empty();
    }
  }

  private Optional<Sighting> message(Optional<Instant> time, String program, String text) {
    return switch (program) {
      case "dnsmasq-dhcp" -> dnsmasq(time, text);
      case "kea-dhcp4" -> kea(time, text);
      case "dhcpd" -> dhcpd(time, text);
      default -> tftp(time, text);
    };
  }

  private static Optional<Sighting> dhcpd(Optional<Instant> time, String text) {
    Matcher told = DISKLESS.matcher(text);
    if (told.find()) {
      Optional<Integer> architecture =
          Optional.of(Integer.parseInt(told.group(2))).filter(a -> a <= 0xFFFF);
      return Sighting.mac(told.group(1))
          .map(mac -> new Sighting(mac, time, Optional.empty(), architecture));
    }
    return asked(time, text, Optional.empty());
  }

  private static Optional<Sighting> asked(
      Optional<Instant> time, String text, Optional<Integer> architecture) {
    Matcher given = GIVEN.matcher(text);
    if (given.find()) {
      return Sighting.mac(given.group(2))
          .map(mac -> new Sighting(mac, time, Optional.of(given.group(1)), architecture));
    }
    Matcher proxy = PROXY.matcher(text);
    if (proxy.find()) {
      return Sighting.mac(proxy.group(2))
          .map(
              mac ->
                  new Sighting(
                      mac,
                      time,
                      Optional.ofNullable(proxy.group(1)).filter(a -> !a.equals("0.0.0.0")),
                      architecture));
    }
    Matcher asked = ASKED.matcher(text);
    return asked.find()
        ? Sighting.mac(asked.group(1))
            .map(mac -> new Sighting(mac, time, Optional.empty(), architecture))
        : Optional.empty();
  }

  private static Optional<Sighting> kea(Optional<Instant> time, String text) {
    Matcher query = KEA_QUERY.matcher(text);
    if (!query.find()) {
      return Optional.empty();
    }
    Matcher lease = KEA_LEASE.matcher(query.group(2));
    Optional<String> address = lease.find() ? Optional.of(lease.group(1)) : Optional.empty();
    return Sighting.mac(query.group(1))
        .map(mac -> new Sighting(mac, time, address, Sighting.architecture(text)));
  }

  private Optional<Sighting> dnsmasq(Optional<Instant> time, String text) {
    Matcher matcher = TRANSACTION.matcher(text);
    if (!matcher.matches()) {
      return asked(time, text, Optional.empty());
    }
    String id = matcher.group(1);
    String said = matcher.group(2);
    Transaction known =
        transactions.getOrDefault(id, new Transaction(Optional.empty(), Optional.empty()));
    Optional<Sighting> asked = asked(time, said, known.architecture());
    if (asked.isPresent()) {
      transactions.put(id, new Transaction(Optional.of(asked.get().mac()), known.architecture()));
      return asked;
    }
    if (said.startsWith("available DHCP")) {
      // A new packet begins. Another machine may have reused the number.
      transactions.remove(id);
      return Optional.empty();
    }
    Matcher tag = TAG.matcher(said);
    Optional<Integer> architecture =
        tag.matches()
            ? Optional.of(Integer.parseInt(tag.group(1))).filter(a -> a <= 0xFFFF)
            : said.startsWith("vendor class: ") ? Sighting.architecture(said) : Optional.empty();
    if (architecture.isPresent()) {
      transactions.put(id, new Transaction(known.mac(), architecture));
    }
    return architecture.isPresent()
        ? known.mac().map(mac -> new Sighting(mac, time, Optional.empty(), architecture))
        : Optional.empty();
  }

  private static Optional<Sighting> tftp(Optional<Instant> time, String text) {
    Matcher file = CONFIGURATION.matcher(text);
    if (!file.find()) {
      return Optional.empty();
    }
    Matcher client = CLIENT.matcher(text);
    Optional<String> address = client.find() ? Optional.of(client.group(1)) : Optional.empty();
    return Sighting.mac(file.group(1))
        .map(mac -> new Sighting(mac, time, address, Optional.empty()));
  }

  private Optional<Instant> keaTime(String text) {
    try {
      return Optional.of(LocalDateTime.parse(text, KEA_TIME).atZone(zone).toInstant());
    } catch (DateTimeParseException damaged) {
      return Optional.empty();
    }
  }

  private Optional<Instant> syslogTime(String text, Instant written) {
    try {
      if (Character.isDigit(text.charAt(0))) {
        return Optional.of(OffsetDateTime.parse(text).toInstant());
      }
      LocalDateTime year2000 = LocalDateTime.parse(text, OLD);
      int year = written.atZone(zone).getYear();
      Instant time = year2000.withYear(year).atZone(zone).toInstant();
      return Optional.of(
          time.isAfter(written.plusSeconds(86_400))
              ? year2000.withYear(year - 1).atZone(zone).toInstant()
              : time);
    } catch (DateTimeParseException damaged) {
      return Optional.empty();
    }
  }
}
