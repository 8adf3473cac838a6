package dev.diskless.model;

import inet.ipaddr.IPAddress;
import java.util.Objects;

/**
 * Server of the cluster, or of a part of it.
 *
 * @param name its host name
 * @param address its address in the cluster's network
 * @param interfaceName the interface that DHCP listens on
 * @param dhcp the DHCP server that is configured
 * @param proxyDhcp whether another DHCP server assigns the addresses, and the master sends only the
 *     boot files; only {@link DhcpServer#DNSMASQ} supports this
 * @param nfs the NFS server that is configured
 * @param dns name server that is configured
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

  /** Default directory of releases. */
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

  /** Creates a master with the NFS server of its kernel and without a name server. */
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

  /** Creates a master with the NFS server of its kernel, which assigns the addresses itself. */
  public Master(
      String name, IPAddress address, String interfaceName, DhcpServer dhcp, String directory) {
    this(name, address, interfaceName, dhcp, false, directory);
  }
}
