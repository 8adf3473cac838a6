package dev.diskless.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;

/**
 * Conversion between paths and their bytes, one byte per {@code char}, independent of the locale.
 *
 * <p>Java decodes names with the encoding of the locale. Text loses the bytes that this encoding
 * does not contain. A path that came from the file system still has its bytes, and its URI contains
 * them. In the same way, a URI can create a path from any bytes.
 */
public final class RawPaths {

  private RawPaths() {}

  /** Returns the bytes of an absolute path. */
  public static String raw(Path path) {
    String text = path.toString();
    if (isPlain(text)) {
      return text;
    }
    String encoded = path.toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    String raw = bytes.toString(ISO_8859_1);
    // The URI of a directory ends in a slash.
    return raw.length() > 1 && raw.endsWith("/") ? raw.substring(0, raw.length() - 1) : raw;
  }

  /** Returns the absolute path with these bytes. */
  public static Path path(String raw) {
    if (isPlain(raw)) {
      return Path.of(raw);
    }
    StringBuilder encoded = new StringBuilder("file://");
    for (byte b : raw.getBytes(ISO_8859_1)) {
      if (b == '/' || b > 0 && Character.isLetterOrDigit(b)) {
        encoded.append((char) b);
      } else {
        encoded.append(String.format("%%%02X", b));
      }
    }
    return Path.of(URI.create(encoded.toString()));
  }

  /** Returns whether every locale of Linux has the same bytes for a path. */
  static boolean isPlain(Path path) {
    return isPlain(path.toString());
  }

  /** Returns whether every locale of Linux has the same bytes for a text. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns a path for people: decoded if it is printable UTF-8. Otherwise all bytes but printable
   * ASCII become {@code \ooo}, as in ls(1).
   */
  public static String display(String raw) {
    if (isPlain(raw)) {
      return raw;
    }
    String utf8 = new String(raw.getBytes(ISO_8859_1), java.nio.charset.StandardCharsets.UTF_8);
    if (utf8.indexOf('\uFFFD') < 0 && utf8.chars().noneMatch(Character::isISOControl)) {
      return utf8;
    }
    StringBuilder text = new StringBuilder();
    for (byte b : raw.getBytes(ISO_8859_1)) {
      text.append(
          b >= ' ' && b <= '~'
              ? new String(new byte[] {b}, US_ASCII)
              : String.format("\\%03o", b & 0xFF));
    }
    return text.toString();
  }
}
