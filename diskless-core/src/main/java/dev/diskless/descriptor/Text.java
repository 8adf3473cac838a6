package dev.diskless.descriptor;

import dev.diskless.problem.Location;

/**
 * Some text that the user wrote.
 *
 * @param value after filtering
 * @param at where it stands
 */
record Text(String value, Location at) {

  /** As it stands in a message: in quotes, on one line, not endless. */
  String quoted() {
    return quote(value);
  }

  static String quote(String text) {
    return "\"" + bare(text) + "\"";
  }

  /** The same without the quotes. */
  static String bare(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(80)
        .forEach(
            c -> {
              if (Character.isISOControl(c) || c != ' ' && Character.isSpaceChar(c)) {
                shown.append("\\u%04X".formatted(c));
              } else {
                shown.appendCodePoint(c);
              }
            });
    return shown.append(text.codePointCount(0, text.length()) > 80 ? "..." : "").toString();
  }
}
