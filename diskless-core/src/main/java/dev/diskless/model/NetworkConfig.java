package dev.diskless.model;

/**
 * What configures the network on a node, and so must be told to leave the NIC it booted from alone.
 */
public enum NetworkConfig implements Keyword {
  /** Debian's /etc/network/interfaces. */
  IFUPDOWN("ifupdown"),
  /** A .network file. */
  SYSTEMD_NETWORKD("systemd-networkd"),
  /** A file of its configuration that leaves the NIC unmanaged. */
  NETWORKMANAGER("networkmanager"),
  /** YAML that says nothing of the NIC, and what keeps both of its renderers from it. */
  NETPLAN("netplan"),
  /** sysconfig/network and ifcfg files. */
  REDHAT("redhat"),
  /** rc.config and sysconfig. */
  SUSE("suse"),
  /** Nothing is written. */
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
