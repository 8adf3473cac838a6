package dev.diskless.model;

/** Where the system log of a node goes, beside its own memory. */
public enum CentralLog implements Keyword {
  /** To the master, line by line (rsyslog), into a file a node. */
  SYSLOG("syslog"),
  /** Into the master's folder for it, which all nodes mount as /var/log. */
  SHARED("shared"),
  /** Nowhere. */
  NONE("none");

  /** The master's folder with the logs of all nodes. */
  public static final String FOLDER = "/var/log/diskless";

  private final String keyword;

  CentralLog(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
