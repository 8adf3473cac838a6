package dev.diskless.lab;

import dev.diskless.model.Keyword;

/** What the firmware of a lab's node starts from. */
public enum StartDevice implements Keyword {
  /** The network card, by PXE. */
  NETWORK("network"),
  /** The cluster's boot medium as a USB stick; the firmware asks no network. */
  USB("usb"),
  /** The cluster's boot medium as a CD; the firmware asks no network. */
  CD("cd");

  private final String keyword;

  StartDevice(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
