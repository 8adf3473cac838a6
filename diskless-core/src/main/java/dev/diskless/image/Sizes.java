package dev.diskless.image;

import java.util.Locale;

/** Numbers of bytes in words for people. */
final class Sizes {

  private Sizes() {}

  /** Such as {@code 423 MB}; a megabyte has 1,000,000 bytes. */
  static String of(long bytes) {
    if (bytes < 1_000) {
      return bytes + " bytes";
    }
    if (bytes < 1_000_000) {
      return bytes / 1_000 + " kB";
    }
    if (bytes < 10_000_000_000L) {
      return bytes / 1_000_000 + " MB";
    }
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
