package dev.diskless.model;

/** Source of the initramfs of a node, the first root file system of its kernel. */
public enum InitramfsSource implements Keyword {
  /** File of the image, beside its kernel. */
  IMAGE("image"),
  /**
   * No initramfs: the kernel mounts the root itself. The kernel can mount only one directory over
   * NFS, so only {@link RootMode#FULL} works without an initramfs.
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
