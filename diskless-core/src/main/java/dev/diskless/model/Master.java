package dev.diskless.model;

import inet.ipaddr.IPAddress;
import java.util.Objects;

/**
 * A machine that serves the cluster, or its part of it.
 *
 * @param name its host name
 * @param address its address in the cluster's network
 * @param interfaceName the interface that DHCP listens on
 * @param dhcp the DHCP server that is configured
 * @param proxyDhcp whether another DHCP server hands out the addresses, and the master only tells
 *     nodes what to boot; only {@link DhcpServer#DNSMASQ} can
 * @param nfs the NFS server that is configured
 * @param dns who answers for names
 * @param directory absolute; the master's directory that holds all releases of all clusters
 */
public record Master(
    String name,
    IPAddress address,
    @Key(value = "interface", defaultsTo = "eth0") String interfaceName,
    @Key(defaultsTo = "isc") DhcpServer dhcp,
    @Key(defaultsTo = "false") boolean proxyDhcp,
    @Key(defaultsTo = "kernel") NfsServer nfs,
    @Key(defaultsTo = "none") NameServer dns,
    @Key(defaultsTo = Master.DEFAULT_DIRECTORY) String directory) {

  /** Where releases lie unless the descriptor says otherwise. */
  public static final String DEFAULT_DIRECTORY = "/srv/diskless";

  public Master {
    HostNames.requireLabel(name);
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(interfaceName, "interfaceName");
    Objects.requireNonNull(dhcp, "dhcp");
    Objects.requireNonNull(nfs, "nfs");
    Objects.requireNonNull(dns, "dns");
    if (!directory.startsWith("/")) {
      throw new IllegalArgumentException("not absolute: " + directory);
    }
    if (proxyDhcp && !dhcp.canProxy()) {
      throw new IllegalArgumentException("no proxyDHCP with " + dhcp.keyword());
    }
  }

  /** A master with the NFS server of its kernel, that answers for no names. */
  public Master(
      String name,
      IPAddress address,
      String interfaceName,
      DhcpServer dhcp,
      boolean proxyDhcp,
      String directory) {
    this(
        name,
        address,
        interfaceName,
        dhcp,
        proxyDhcp,
        NfsServer.KERNEL,
        NameServer.NONE,
        directory);
  }

  /** A master with the NFS server of its kernel, that hands out the addresses itself. */
  public Master(
      String name, IPAddress address, String interfaceName, DhcpServer dhcp, String directory) {
    this(name, address, interfaceName, dhcp, false, directory);
  }
}
