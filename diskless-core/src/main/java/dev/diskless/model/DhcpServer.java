package dev.diskless.model;

/** The DHCP servers that a cluster can have. */
public enum DhcpServer implements Keyword {
  ISC("isc"),
  KEA("kea"),
  DNSMASQ("dnsmasq");

  private final String keyword;

  DhcpServer(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }

  /**
   * Whether the server can answer only the boot file while another server assigns the addresses
   * (proxyDHCP, PXE specification 2.1, section 2.2.3).
   */
  public boolean canProxy() {
    return this == DNSMASQ;
  }
}
