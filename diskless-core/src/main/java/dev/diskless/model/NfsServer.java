package dev.diskless.model;

/** The NFS server that is configured on a master. */
public enum NfsServer implements Keyword {
  /** NFS server of the kernel (exports(5)). */
  KERNEL("kernel"),
  /** NFS-Ganesha, in user space, if the kernel has no NFS server. */
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
