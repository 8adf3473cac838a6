package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.util.Arrays;

/** Little-endian numbers in the bytes of a file. Reads past the end throw an exception. */
final class LittleEndian {

  private final byte[] bytes;

  LittleEndian(byte[] bytes) {
    this.bytes = bytes;
  }

  int size() {
    return bytes.length;
  }

  int u8(long at) throws EOFException {
    return bytes[index(at, 1)] & 0xFF;
  }

  int u16(long at) throws EOFException {
    int i = index(at, 2);
    return bytes[i] & 0xFF | (bytes[i + 1] & 0xFF) << 8;
  }

  long u32(long at) throws EOFException {
    return u16(at) | (long) u16(at + 2) << 16;
  }

  /**
   * Returns a signed number, because Java has no unsigned long. Callers reject negative numbers.
   */
  long u64(long at) throws EOFException {
    return u32(at) | u32(at + 4) << 32;
  }

  /** Returns whether this ASCII text is at this offset; false past the end. */
  boolean has(long at, String text) {
    byte[] wanted = text.getBytes(ISO_8859_1);
    return at >= 0
        && at <= bytes.length - wanted.length
        && Arrays.equals(wanted, 0, wanted.length, bytes, (int) at, (int) at + wanted.length);
  }

  /** Returns the text up to its NUL, but at most the given number of bytes. */
  String text(long at, int longest) throws EOFException {
    int start = index(at, 1);
    int end = start;
    while (end < bytes.length && end - start < longest && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, start, end - start, ISO_8859_1);
  }

  private int index(long at, int count) throws EOFException {
    if (at < 0 || at > bytes.length - count) {
      throw new EOFException("it is cut off");
    }
    return (int) at;
  }
}
