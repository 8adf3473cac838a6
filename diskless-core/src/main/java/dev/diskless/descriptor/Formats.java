package dev.diskless.descriptor;

import dev.diskless.model.HostNames;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.MACAddressString;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.ipv6.IPv6Address;
import inet.ipaddr.mac.MACAddress;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what is written as text but means more: addresses, names, durations. Each method adds what
 * is wrong to the problems, and then has no result.
 *
 * <p>The address library takes many forms that a descriptor should not have (1.2 for 1.0.0.2, octal
 * numbers, wildcards, ranges, ports), so that it sees only what passed a strict pattern.
 */
final class Formats {

  private static final String OCTETS = "\\d+\\.\\d+\\.\\d+\\.\\d+";
  private static final Pattern BRACKETED_6 = Pattern.compile("\\[([0-9A-Fa-f:.]+)]");
  private static final Pattern DOTTED = Pattern.compile(OCTETS);
  private static final Pattern SUBNET =
      Pattern.compile("(" + OCTETS + ")/(\\d{1,9}|" + OCTETS + ")");
  private static final Pattern MAC =
      Pattern.compile("[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})");
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*([A-Za-z]*)");
  private static final int SHORTEST_PREFIX_6 = 16;
  private static final int LONGEST_PREFIX_6 = 96;

  private static final Pattern ADDRESS_WITH_PREFIX =
      Pattern.compile("(" + OCTETS + "|[0-9A-Fa-f:]{2,39})/(\\d{1,3})");
  private static final Pattern NETWORK =
      Pattern.compile("(" + OCTETS + "|[0-9A-Fa-f:]{2,39})(?:/(\\d{1,3}))?");
  private static final Pattern SUBNET_6 = Pattern.compile("([0-9A-Fa-f:]{2,39})(?:/(\\d{1,3}))?");
  private static final Pattern MEMORY = Pattern.compile("(\\d{1,9})\\s*([MGT])(?:i?B)?");
  private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,14}");

  /** DHCP counts in 32 bits of seconds, all ones being for ever (RFC 2131, section 3.3). */
  private static final BigInteger LONGEST_LEASE = BigInteger.valueOf(0xFFFF_FFFEL);

  /** What the hosts(5) of every machine already has; no dots, for a name here has none. */
  private static final Set<String> OF_EVERY_MACHINE =
      Set.of(
          "localhost",
          "ip6-localhost",
          "ip6-loopback",
          "ip6-localnet",
          "ip6-mcastprefix",
          "ip6-allnodes",
          "ip6-allrouters");

  private static final int SHORTEST_PREFIX = 8;
  private static final int LONGEST_PREFIX = 30;

  private final Problems problems;

  Formats(Problems problems) {
    this.problems = problems;
  }

  /**
   * @param what what the address is of, such as "the gateway"
   */
  Optional<IPv4Address> ipv4(Text text, String what) {
    String wrong = faultOfIpv4(text.value());
    if (!wrong.isEmpty()) {
      problems.add(
          Problem.error(
              text.at(),
              "the address %s of %s %s".formatted(text.quoted(), what, wrong),
              "write an IPv4 address, such as 192.168.45.45"));
      return Optional.empty();
    }
    return Optional.of(parseIpv4(text.value()));
  }

  private static String faultOfIpv4(String text) {
    if (text.indexOf(':') != text.lastIndexOf(':')) {
      return "is IPv6, but nodes boot over IPv4";
    }
    if (!DOTTED.matcher(text).matches()) {
      return "is not a valid IPv4 address";
    }
    for (String octet : text.split("\\.")) {
      if (octet.length() > 1 && octet.startsWith("0")) {
        return "has a number with leading zeros, which some programs read as octal";
      }
      if (octet.length() > 3 || Integer.parseInt(octet) > 255) {
        return "has a number above 255";
      }
    }
    return "";
  }

  private static IPv4Address parseIpv4(String checked) {
    try {
      return new IPAddressString(checked).toAddress().toIPv4();
    } catch (AddressStringException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A subnet, 192.168.45.0/24. */
  Optional<IPv4Address> subnet(Text text) {
    String example =
        "write the network's address and the length of its prefix, such as 192.168.45.0/24";
    Matcher matcher = SUBNET.matcher(text.value());
    if (!matcher.matches()) {
      if (text.value().indexOf(':') >= 0) {
        return fault(
            text,
            "the subnet %s is IPv6, but nodes boot over IPv4".formatted(text.quoted()),
            "write the IPv4 subnet here, and the IPv6 subnet as subnet6");
      }
      String wrong =
          DOTTED.matcher(text.value()).matches()
              ? "has no prefix length"
              : "is not a valid" + " IPv4 subnet";
      return fault(text, "the subnet %s %s".formatted(text.quoted(), wrong), example);
    }
    String wrong = faultOfIpv4(matcher.group(1));
    if (!wrong.isEmpty()) {
      return fault(text, "the subnet %s %s".formatted(text.quoted(), wrong), example);
    }
    IPv4Address address = parseIpv4(matcher.group(1));
    if (matcher.group(2).indexOf('.') >= 0) {
      return fault(text, "the subnet %s has a mask".formatted(text.quoted()), maskRemedy(matcher));
    }
    int length = Integer.parseInt(matcher.group(2));
    if (length < SHORTEST_PREFIX || length > LONGEST_PREFIX) {
      return fault(
          text,
          "the subnet %s has a prefix of %d".formatted(text.quoted(), length),
          "write one from %d to %d".formatted(SHORTEST_PREFIX, LONGEST_PREFIX));
    }
    IPv4Address block = address.toPrefixBlock(length);
    if (!block.getLower().withoutPrefixLength().equals(address)) {
      return fault(
          text,
          "the subnet %s has bits set beyond its prefix".formatted(text.quoted()),
          "write " + block);
    }
    if (address.isLoopback()
        || address.isMulticast()
        || address.getSegment(0).getSegmentValue() == 0) {
      return fault(
          text,
          "the subnet %s has no addresses for hosts".formatted(text.quoted()),
          "write a private one, such as 192.168.45.0/24");
    }
    return Optional.of(block);
  }

  /**
   * Reads an IPv6 address in brackets, as nfs(5) requires.
   *
   * @param what name of the machine, for the message
   */
  Optional<IPv6Address> ipv6(Text text, String what) {
    Matcher matcher = BRACKETED_6.matcher(text.value());
    IPAddress address =
        matcher.matches() ? new IPAddressString(matcher.group(1)).getAddress() : null;
    if (address == null || !address.isIPv6()) {
      return fault(
          text,
          "the address %s of %s is not a valid IPv6 address".formatted(text.quoted(), what),
          "write an IPv6 address in brackets, such as [fd00:45::1]");
    }
    return Optional.of(address.toIPv6());
  }

  /** An IPv6 subnet that has room for all of IPv4, fd00:45::/64. */
  Optional<IPv6Address> subnet6(Text text) {
    String example = "write a prefix of your own, such as fd00:45::/64 (RFC 4193)";
    Matcher matcher = SUBNET_6.matcher(text.value());
    IPAddress address =
        matcher.matches() ? new IPAddressString(matcher.group(1)).getAddress() : null;
    if (address == null || !address.isIPv6()) {
      return fault(
          text, "the subnet %s is not a valid IPv6 subnet".formatted(text.quoted()), example);
    }
    Integer length = matcher.group(2) == null ? null : Integer.valueOf(matcher.group(2));
    if (length == null || length > LONGEST_PREFIX_6 || length < SHORTEST_PREFIX_6) {
      return fault(
          text,
          length == null
              ? "the subnet %s has no prefix length".formatted(text.quoted())
              : "the subnet %s has a prefix of %d".formatted(text.quoted(), length),
          "write one from %d to %d, because the last 32 bits are the IPv4 address"
              .formatted(SHORTEST_PREFIX_6, LONGEST_PREFIX_6));
    }
    IPv6Address block = address.toIPv6().toPrefixBlock(length);
    if (!block.getLower().withoutPrefixLength().equals(address)) {
      return fault(
          text,
          "the subnet %s has bits set beyond its prefix".formatted(text.quoted()),
          "write " + block);
    }
    if (address.isMulticast() || address.isLinkLocal() || address.isLoopback()) {
      return fault(
          text, "the subnet %s has no addresses for hosts".formatted(text.quoted()), example);
    }
    return Optional.of(block);
  }

  /** An address of an interface with the length of its prefix, 10.1.0.5/24 or fd00::5/64. */
  Optional<IPAddress> withPrefix(Text text) {
    Matcher matcher = ADDRESS_WITH_PREFIX.matcher(text.value());
    IPAddress address = matcher.matches() ? addressOrNull(matcher.group(1)) : null;
    int length = address == null ? 0 : Integer.parseInt(matcher.group(2));
    if (address == null
        || address.isMultiple()
        || address.isMulticast()
        || address.isLoopback()
        || length < 1
        || length > address.getBitCount()) {
      return fault(
          text,
          text.quoted() + " is not a valid address of an interface",
          "write it with the length of its prefix, such as 10.1.0.5/24");
    }
    return Optional.of(address.setPrefixLength(length, false));
  }

  /** Returns an address of IPv4 or IPv6; null if the text is not valid. */
  private static IPAddress addressOrNull(String text) {
    boolean isDotted = DOTTED.matcher(text).matches();
    return isDotted && !faultOfIpv4(text).isEmpty() ? null : new IPAddressString(text).getAddress();
  }

  /** Reads a network of clients, 10.1.0.0/16 or fd00::/64. A single address is also a network. */
  Optional<IPAddress> network(Text text) {
    Matcher matcher = NETWORK.matcher(text.value());
    IPAddress address = matcher.matches() ? addressOrNull(matcher.group(1)) : null;
    int bits = address == null ? 0 : address.getBitCount();
    int length = bits == 0 || matcher.group(2) == null ? bits : Integer.parseInt(matcher.group(2));
    if (address == null || length > bits) {
      return fault(
          text,
          text.quoted() + " is not a valid network",
          "write its address and the length of its prefix, such as 10.1.0.0/16");
    }
    IPAddress block = address.toPrefixBlock(length);
    if (!block.getLower().withoutPrefixLength().equals(address)) {
      return fault(
          text,
          "the network %s has bits set beyond its prefix".formatted(text.quoted()),
          "write " + block);
    }
    return Optional.of(block);
  }

  private static String maskRemedy(Matcher matcher) {
    if (faultOfIpv4(matcher.group(2)).isEmpty()) {
      Integer length = parseIpv4(matcher.group(2)).getBlockMaskPrefixLength(true);
      if (length != null) {
        return "write %s/%d".formatted(matcher.group(1), length);
      }
    }
    return "write the length of the prefix, such as /24";
  }

  /** A MAC address, six octets joined by colons or hyphens. */
  Optional<MACAddress> mac(Text text) {
    if (!MAC.matcher(text.value()).matches()) {
      return fault(
          text,
          text.quoted() + " is not a valid MAC address",
          "write six pairs of hexadecimal digits, such as \"68:00:10:37:09:83\"");
    }
    try {
      return Optional.of(new MACAddressString(text.value()).toAddress());
    } catch (AddressStringException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The name of a machine.
   *
   * @param what such as "the master's name"
   */
  Optional<String> hostName(Text text, String what) {
    return unlessFault(text, faultOfHostName(text, what));
  }

  /**
   * What is named as a host is.
   *
   * @param what such as "the group"
   */
  Optional<String> label(Text text, String what) {
    return unlessFault(text, faultOfLabel(text, what));
  }

  private Optional<String> unlessFault(Text text, Optional<Problem> fault) {
    fault.ifPresent(problems::add);
    return fault.isPresent() ? Optional.empty() : Optional.of(text.value());
  }

  /** What is wrong with the name of a machine, if anything. */
  static Optional<Problem> faultOfHostName(Text text, String what) {
    if (OF_EVERY_MACHINE.contains(text.value())) {
      return Optional.of(
          Problem.error(
              text.at(),
              "%s %s is reserved for the local machine".formatted(what, text.quoted()),
              "write another name, such as node1"));
    }
    if (HostNames.isReadAsAddress(text.value())) {
      return Optional.of(
          Problem.error(
              text.at(),
              "resolvers read %s %s as an IPv4 address (inet_aton(3))"
                  .formatted(what, text.quoted()),
              "write a name that begins with a letter, such as node1"));
    }
    return faultOfLabel(text, what);
  }

  /** What is wrong with an RFC 1123 label, if anything. */
  static Optional<Problem> faultOfLabel(Text text, String what) {
    String name = text.value();
    if (HostNames.isLabel(name)) {
      return Optional.empty();
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (HostNames.isLabel(lower)) {
      return Optional.of(
          Problem.error(
              text.at(),
              "%s %s has capital letters".formatted(what, text.quoted()),
              "write \"%s\"".formatted(lower)));
    }
    String hyphenated = lower.replace('_', '-');
    if (HostNames.isLabel(hyphenated)) {
      return Optional.of(
          Problem.error(
              text.at(),
              "%s %s has an underscore, which RFC 1123 does not allow"
                  .formatted(what, text.quoted()),
              "write \"%s\"".formatted(hyphenated)));
    }
    int dot = lower.indexOf('.');
    if (dot > 0 && HostNames.isDomain(lower)) {
      return Optional.of(
          Problem.error(
              text.at(),
              "%s %s has a domain".formatted(what, text.quoted()),
              "write \"%s\", and the domain of all nodes under \"domain\""
                  .formatted(lower.substring(0, dot))));
    }
    String wrong =
        name.length() > 63 ? "has more than 63 characters" : "is not a valid name (RFC 1123)";
    return Optional.of(
        Problem.error(
            text.at(),
            "%s %s %s".formatted(what, text.quoted(), wrong),
            "write at most 63 of a-z, 0-9 and hyphens, neither first nor last a hyphen"));
  }

  /** A DNS domain. */
  Optional<String> domain(Text text) {
    if (HostNames.isDomain(text.value())) {
      return Optional.of(text.value());
    }
    String lower = text.value().toLowerCase(Locale.ROOT);
    return HostNames.isDomain(lower)
        ? fault(
            text,
            "the domain %s has capital letters".formatted(text.quoted()),
            "write \"%s\"".formatted(lower))
        : fault(
            text,
            "%s is not a valid domain (RFC 1123)".formatted(text.quoted()),
            "write names of a-z, 0-9 and hyphens joined by dots, such as lab.example");
  }

  /** The name of a network interface, for files and scripts alike. */
  Optional<String> interfaceName(Text text) {
    return INTERFACE.matcher(text.value()).matches()
        ? Optional.of(text.value())
        : fault(
            text,
            text.quoted() + " is not a valid name of an interface",
            "write at most 15 letters, digits, dots, hyphens and underscores, such as eth0");
  }

  /** A duration of whole seconds, at least one. */
  Optional<Duration> duration(Text text) {
    Matcher matcher = DURATION.matcher(text.value());
    String forms = "write a number with s, m, h or d, such as 6000s";
    if (!matcher.matches()) {
      return fault(text, text.quoted() + " is not a valid duration", forms);
    }
    long unit =
        switch (matcher.group(2)) {
          case "", "s" -> 1;
          case "m" -> 60;
          case "h" -> 3600;
          case "d" -> 86400;
          default -> 0;
        };
    if (unit == 0) {
      return fault(
          text,
          "%s has the unknown unit %s".formatted(text.quoted(), Text.quote(matcher.group(2))),
          forms);
    }
    BigInteger seconds = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(unit));
    if (seconds.signum() == 0) {
      return fault(text, "the duration %s is zero".formatted(text.quoted()), "write at least 1s");
    }
    if (seconds.compareTo(LONGEST_LEASE) > 0) {
      return fault(
          text,
          "the duration %s is longer than DHCP allows".formatted(text.quoted()),
          "write at most %ss".formatted(LONGEST_LEASE));
    }
    return Optional.of(Duration.ofSeconds(seconds.longValueExact()));
  }

  /** An amount of memory, in MiB; at least one, and less than any kernel can count. */
  Optional<Long> mebibytes(Text text) {
    Matcher matcher = MEMORY.matcher(text.value());
    if (!matcher.matches()) {
      return fault(
          text,
          text.quoted() + " is not a valid amount of memory",
          "write a number with M, G or T, such as 64G");
    }
    long unit =
        switch (matcher.group(2)) {
          case "M" -> 1;
          case "G" -> 1 << 10;
          default -> 1 << 20;
        };
    long mebibytes = Long.parseLong(matcher.group(1)) * unit;
    return mebibytes > 0
        ? Optional.of(mebibytes)
        : fault(text, text.quoted() + " is zero", "write at least 1M");
  }

  private <T> Optional<T> fault(Text text, String message, String remedy) {
    Location at = text.at();
    problems.add(Problem.error(at, message, remedy));
    return Optional.empty();
  }
}
