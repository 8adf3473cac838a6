package dev.diskless.model;

/** How a node gets its root file system. */
public enum RootMode implements Keyword {
  /** A complete private tree on the master, mounted read-write. */
  FULL("full"),
  /**
   * Private /etc, /var, /root and /tmp; everything else read-only, from the image that all share.
   */
  SHARED("shared"),
  /** The read-only image and the node's layer under a tmpfs overlay: stateless. */
  OVERLAY("overlay"),
  /**
   * Image and layers copied into memory, under a tmpfs: stateless, and needs no server any more.
   */
  RAM("ram");

  private final String keyword;

  RootMode(String keyword) {
    this.keyword = keyword;
  }

  /** Whether each node writes into a tree of its own on the master. */
  public boolean hasPrivateTree() {
    return this == FULL || this == SHARED;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
