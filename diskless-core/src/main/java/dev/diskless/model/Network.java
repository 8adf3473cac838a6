package dev.diskless.model;

import inet.ipaddr.IPAddress;
import inet.ipaddr.ipv6.IPv6Address;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A subnet that a master serves.
 *
 * @param subnet a prefix block, such as 192.168.45.0/24
 * @param gateway the router that nodes are told of
 * @param dns the name servers that nodes are told of, in order
 * @param pool addresses for machines that the descriptor does not know
 * @param lease how long leases last
 * @param master serves it; may be empty where the cluster has only one
 * @param subnet6 the IPv6 prefix of the same wire, at most 96 bits, if it has one
 */
public record Network(
    IPAddress subnet,
    Optional<IPAddress> gateway,
    List<IPAddress> dns,
    Optional<AddressRange> pool,
    Lease lease,
    @Key(reference = true) Optional<Master> master,
    Optional<IPAddress> subnet6) {

  public Network {
    if (!subnet.isPrefixed() || !subnet.isPrefixBlock()) {
      throw new IllegalArgumentException("not a subnet: " + subnet);
    }
    Objects.requireNonNull(gateway, "gateway");
    dns = List.copyOf(dns);
    Objects.requireNonNull(pool, "pool");
    Objects.requireNonNull(lease, "lease");
    Objects.requireNonNull(master, "master");
    if (subnet6.filter(s -> !s.isPrefixBlock() || s.getNetworkPrefixLength() > 96).isPresent()) {
      throw new IllegalArgumentException("no IPv6 subnet that holds all of IPv4: " + subnet6);
    }
  }

  /** A network of a cluster with one master. */
  public Network(
      IPAddress subnet,
      Optional<IPAddress> gateway,
      List<IPAddress> dns,
      Optional<AddressRange> pool,
      Lease lease) {
    this(subnet, gateway, dns, pool, lease, Optional.empty(), Optional.empty());
  }

  public boolean contains(IPAddress address) {
    return subnet.contains(address);
  }

  /**
   * The IPv6 address of whoever has an IPv4 address in it: the prefix, and the IPv4 address as the
   * last 32 bits. So no two members can have the same.
   *
   * @return empty where the network has no IPv6
   */
  public Optional<IPAddress> address6(IPAddress address) {
    return subnet6.map(
        prefix -> {
          byte[] bytes = prefix.getLower().getBytes();
          byte[] last = address.getBytes();
          System.arraycopy(last, 0, bytes, bytes.length - last.length, last.length);
          return new IPv6Address(bytes);
        });
  }

  /** The address of the subnet itself, 192.168.45.0. */
  public IPAddress networkAddress() {
    return subnet.getLower().withoutPrefixLength();
  }

  /** The address of all hosts, 192.168.45.255. */
  public IPAddress broadcastAddress() {
    return subnet.getUpper().withoutPrefixLength();
  }

  /** In dotted form, 255.255.255.0. */
  public IPAddress netmask() {
    return subnet.getNetworkMask().withoutPrefixLength();
  }

  public int prefixLength() {
    return subnet.getNetworkPrefixLength();
  }
}
