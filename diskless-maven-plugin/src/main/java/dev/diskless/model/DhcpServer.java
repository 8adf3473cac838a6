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
}
