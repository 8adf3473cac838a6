package dev.diskless.lab;

import dev.diskless.model.Keyword;

/** Device that the firmware of a lab's node starts from. */
public enum StartDevice implements Keyword {
  /** The network card, by PXE. */
  NETWORK("network"),
  /** The cluster's boot medium as a USB stick. The firmware does not use the network. */
  USB("usb"),
  /** The cluster's boot medium as a CD. The firmware does not use the network. */
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
