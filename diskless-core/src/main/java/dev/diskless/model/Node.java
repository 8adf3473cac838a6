package dev.diskless.model;

import inet.ipaddr.IPAddress;
import inet.ipaddr.mac.MACAddress;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A machine without disks.
 *
 * @param name its host name, unique
 * @param mac of the NIC that it boots from, unique
 * @param address that DHCP gives it, unique
 * @param group what it has in common with others
 * @param resources free-form values for templates; its own over its group's
 * @param addresses of its other interfaces by their names, each with the length of its prefix
 */
public record Node(
    String name,
    MACAddress mac,
    IPAddress address,
    @Key(reference = true) Group group,
    @Key(omitEmpty = true) Map<String, Object> resources,
    @Key(omitEmpty = true) Map<String, IPAddress> addresses) {

  /** A node that has an address only on the interface that it boots from. */
  public Node(
      String name, MACAddress mac, IPAddress address, Group group, Map<String, Object> resources) {
    this(name, mac, address, group, resources, Map.of());
  }

  /** MAC address as most programs write it: in lower case, with colons. */
  public String colonMac() {
    return mac.toColonDelimitedString().toLowerCase(Locale.ROOT);
  }

  /** MAC address as loaders name files by it: in lower case, with hyphens. */
  public String hyphenMac() {
    return colonMac().replace(':', '-');
  }

  public Node {
    HostNames.requireLabel(name);
    Objects.requireNonNull(mac, "mac");
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(group, "group");
    resources = Collections.unmodifiableMap(new LinkedHashMap<>(resources));
    addresses = Collections.unmodifiableMap(new LinkedHashMap<>(addresses));
  }
}
