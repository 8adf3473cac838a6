package dev.diskless.model;

/** Who answers for the names of the members, beside the hosts files that all of them have. */
public enum NameServer implements Keyword {
  /** Nobody here. */
  NONE("none"),
  /** dnsmasq on the master. */
  DNSMASQ("dnsmasq");

  private final String keyword;

  NameServer(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
