package dev.diskless.host;

/** Text of nodes and bundles that is safe to print. */
public final class VisibleText {

  private VisibleText() {}

  /** Replaces control characters by their numbers, because a terminal would obey them. */
  public static String of(String text) {
    if (text.chars().noneMatch(VisibleText::isUnsafe)) {
      return text;
    }
    StringBuilder safe = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (isUnsafe(c)) {
                safe.append("\\u%04x".formatted(c));
              } else {
                safe.append((char) c);
              }
            });
    return safe.toString();
  }

  /** Also characters that turn the direction of writing (Unicode, Bidirectional Algorithm). */
  private static boolean isUnsafe(int c) {
    return Character.isISOControl(c) && c != '\t'
        || c >= 0x202A && c <= 0x202E
        || c >= 0x2066 && c <= 0x2069
        || c == 0x2028
        || c == 0x2029;
  }
}
