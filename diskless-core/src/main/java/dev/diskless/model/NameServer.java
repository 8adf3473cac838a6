package dev.diskless.model;

/** Name server for the members, in addition to the hosts files of all members. */
public enum NameServer implements Keyword {
  /** No name server. */
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
