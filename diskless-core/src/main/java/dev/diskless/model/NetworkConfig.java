package dev.diskless.model;

/**
 * Program that configures the network on a node. It must not change the network card that the node
 * boots from.
 */
public enum NetworkConfig implements Keyword {
  /** Debian's /etc/network/interfaces. */
  IFUPDOWN("ifupdown"),
  /** A .network file. */
  SYSTEMD_NETWORKD("systemd-networkd"),
  /** A file of its configuration that leaves the NIC unmanaged. */
  NETWORKMANAGER("networkmanager"),
  /**
   * YAML without the network card, and files that stop both renderers of netplan from changing the
   * card.
   */
  NETPLAN("netplan"),
  /** sysconfig/network and ifcfg files. */
  REDHAT("redhat"),
  /** rc.config and sysconfig. */
  SUSE("suse"),
  /** Diskless writes no configuration. */
  NONE("none");

  private final String keyword;

  NetworkConfig(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
