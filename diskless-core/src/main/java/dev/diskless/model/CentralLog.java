package dev.diskless.model;

/** Where the system log of a node goes, beside its own memory. */
public enum CentralLog implements Keyword {
  /** To the master, line by line (rsyslog), into a file a node. */
  SYSLOG("syslog"),
  /** Into the master's folder for it, which all nodes mount as /var/log. */
  SHARED("shared"),
  /** Nowhere. */
  NONE("none");

  /** Directory of the master that nodes with {@code log: shared} mount and write as root. */
  public static final String SHARED_DIRECTORY = "/var/log/diskless";

  /**
   * Directory of the files that the master's rsyslog writes as root, one per node with {@code log:
   * syslog}. Releases of older versions export {@link #SHARED_DIRECTORY}, and the exports of all
   * installed releases are in force: only a directory outside it is never writable by nodes.
   */
  public static final String SYSLOG_DIRECTORY = "/var/log/diskless-nodes";

  private final String keyword;

  CentralLog(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
