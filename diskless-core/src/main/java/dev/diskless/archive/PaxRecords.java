package dev.diskless.archive;

import static dev.diskless.archive.TarFormat.ascii;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The body of a pax header: records of {@code length keyword=value\n}, the length in decimal digits
 * and counting itself (pax(1), "pax Extended Header"). Values are bytes.
 */
final class PaxRecords {

  private byte[] bytes = new byte[4096];
  private int size;

  void clear() {
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  /** Not a copy; valid up to {@link #size}. */
  byte[] array() {
    return bytes;
  }

  void add(String keyword, String value) {
    add(keyword, ascii(value));
  }

  void add(String keyword, byte[] value) {
    byte[] key = keyword.getBytes(UTF_8);
    int rest = key.length + value.length + 3;
    int length = rest + Integer.toString(rest).length();
    if (Integer.toString(length).length() > Integer.toString(rest).length()) {
      length++;
    }
    if (bytes.length - size < length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + length));
    }
    put(ascii(length + " "));
    put(key);
    bytes[size++] = '=';
    put(value);
    bytes[size++] = '\n';
  }

  private void put(byte[] part) {
    System.arraycopy(part, 0, bytes, size, part.length);
    size += part.length;
  }
}
