package dev.diskless.master;

import java.io.BufferedReader;
import java.io.IOException;

/** Text between NULs, as find(1) prints names that may have anything else in them. */
final class NulText {

  private NulText() {}

  /** Returns the next text; null at the end. */
  static String next(BufferedReader in) throws IOException {
    StringBuilder text = new StringBuilder(128);
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == 0) {
        return text.toString();
      }
      text.append((char) c);
    }
    return null;
  }
}
