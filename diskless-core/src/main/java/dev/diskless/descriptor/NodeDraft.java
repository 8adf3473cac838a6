package dev.diskless.descriptor;

import inet.ipaddr.IPAddress;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.mac.MACAddress;
import java.util.Map;
import java.util.Optional;

/**
 * A node as far as it could be read.
 *
 * @param name one name, a range already counted out
 * @param mac empty where it is none
 * @param address empty where it is none
 * @param group the name of a group that is there; empty where it is none
 * @param resources those of the group with its own over them
 * @param addresses of its other interfaces by their names, as far as they could be read
 */
record NodeDraft(
    Text name,
    Optional<Placed<MACAddress>> mac,
    Optional<Placed<IPv4Address>> address,
    Optional<String> group,
    Map<String, Object> resources,
    Map<String, Placed<IPAddress>> addresses) {}
