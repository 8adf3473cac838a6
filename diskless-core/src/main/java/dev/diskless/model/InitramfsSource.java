package dev.diskless.model;

/** Where the initramfs of a node comes from, the first root that its kernel sees. */
public enum InitramfsSource implements Keyword {
  /** The image has it beside its kernel. */
  IMAGE("image"),
  /**
   * There is none: the kernel mounts the root itself. It can mount one directory over NFS and no
   * more, so only {@link RootMode#FULL} can do without.
   */
  NONE("none");

  private final String keyword;

  InitramfsSource(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
