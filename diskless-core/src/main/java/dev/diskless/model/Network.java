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
 * @param gateway router of the nodes; empty for none
 * @param dns name servers of the nodes, in order
 * @param pool addresses for machines that the descriptor does not know
 * @param lease how long leases last
 * @param master name of its master; may be empty if the cluster has one master
 * @param subnet6 IPv6 prefix of the same network, at most 96 bits; empty without IPv6
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

  /** Creates a network of a cluster with one master. */
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
   * Returns the IPv6 address of the member with an IPv4 address: the prefix, with the IPv4 address
   * as the last 32 bits. Therefore no two members can have the same address.
   *
   * @return the address; empty if the network has no IPv6
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

  /** Returns the address of the subnet itself, such as 192.168.45.0. */
  public IPAddress networkAddress() {
    return subnet.getLower().withoutPrefixLength();
  }

  /** Returns the broadcast address, such as 192.168.45.255. */
  public IPAddress broadcastAddress() {
    return subnet.getUpper().withoutPrefixLength();
  }

  /** Returns the network mask in dotted form, such as 255.255.255.0. */
  public IPAddress netmask() {
    return subnet.getNetworkMask().withoutPrefixLength();
  }

  public int prefixLength() {
    return subnet.getNetworkPrefixLength();
  }
}
