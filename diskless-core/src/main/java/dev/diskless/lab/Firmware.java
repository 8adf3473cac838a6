package dev.diskless.lab;

import dev.diskless.model.Keyword;

/** The firmware that a node of a lab has. */
public enum Firmware implements Keyword {
  /** A PC BIOS. */
  BIOS("bios"),
  /** UEFI. */
  UEFI("uefi"),
  /** The same, which starts only what is signed with one of Microsoft's keys. */
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
