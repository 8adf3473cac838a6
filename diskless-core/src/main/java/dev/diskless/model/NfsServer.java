package dev.diskless.model;

/** The NFS server that is configured on a master. */
public enum NfsServer implements Keyword {
  /** That of the kernel, by exports(5). */
  KERNEL("kernel"),
  /** NFS-Ganesha, in user space, for a kernel that has none. */
  GANESHA("ganesha");

  private final String keyword;

  NfsServer(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
