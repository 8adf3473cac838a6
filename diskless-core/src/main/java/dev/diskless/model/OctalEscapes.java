package dev.diskless.model;

/** The {@code \ooo} escapes that fstab(5) and exports(5) share. */
final class OctalEscapes {

  private OctalEscapes() {}

  /**
   * @param special ASCII characters to escape
   */
  static String escape(String text, String special) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (special.indexOf(c) < 0) {
        escaped.append(c);
      } else {
        escaped.append('\\').append(c >> 6 & 7).append(c >> 3 & 7).append(c & 7);
      }
    }
    return escaped.toString();
  }
}
