package dev.diskless.model;

/** Destination of the system log of a node, in addition to the node's memory. */
public enum CentralLog implements Keyword {
  /** The master receives each line (rsyslog) and writes one file per node. */
  SYSLOG("syslog"),
  /** All nodes mount a directory of the master as /var/log. */
  SHARED("shared"),
  /** No central log. */
  NONE("none");

  /** Directory of the master that nodes with {@code log: shared} mount and write as root. */
  public static final String SHARED_DIRECTORY = "/var/log/diskless";

  /**
   * Directory of the files that the master's rsyslog writes as root, one per node with {@code log:
   * syslog}. Releases of older versions export {@link #SHARED_DIRECTORY}, and the exports of all
   * installed releases are active. Only a directory outside of it is never writable by nodes.
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
