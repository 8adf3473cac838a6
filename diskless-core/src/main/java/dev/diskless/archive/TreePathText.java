package dev.diskless.archive;

/** Names of an archive as text for messages, even if they are not valid paths. */
final class TreePathText {

  private static final int LONGEST = 200;

  private TreePathText() {}

  /** Returns a name with all bytes but printable ASCII as {@code \ooo}. A very long name is cut. */
  static String of(byte[] name) {
    StringBuilder text = new StringBuilder();
    for (byte b : name) {
      if (text.length() > LONGEST) {
        return text.append("...").toString();
      }
      if (b >= ' ' && b < 0x7F) {
        text.append((char) b);
      } else {
        text.append(String.format("\\%03o", b & 0xFF));
      }
    }
    return text.toString();
  }
}
