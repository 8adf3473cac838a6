package dev.diskless.lab;

import dev.diskless.model.Keyword;

/** Firmware of a node in a lab. */
public enum Firmware implements Keyword {
  /** PC BIOS. */
  BIOS("bios"),
  /** UEFI. */
  UEFI("uefi"),
  /** UEFI with Secure Boot, which starts only programs that are signed with a key of Microsoft. */
  SECURE_BOOT("secure-boot");

  private final String keyword;

  Firmware(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }

  boolean isUefi() {
    return this != BIOS;
  }
}
