package dev.diskless.model;

/** The loader that starts a node's kernel. */
public enum BootMethod implements Keyword {
  /** PXELINUX on BIOS machines, GRUB on UEFI ones. */
  PXELINUX("pxelinux"),
  /** GRUB on both. */
  GRUB("grub"),
  /** iPXE, over HTTP. */
  IPXE("ipxe");

  private final String keyword;

  BootMethod(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
