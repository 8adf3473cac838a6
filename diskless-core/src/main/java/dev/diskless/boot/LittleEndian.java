package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.util.Arrays;

/** Numbers in the bytes of a file; reading past the end is that file's fault, and said so. */
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

  /** Signed, for Java has no longer number; a negative one is out of every range. */
  long u64(long at) throws EOFException {
    return u32(at) | u32(at + 4) << 32;
  }

  /** Whether that text, in ASCII, stands there; not past the end either. */
  boolean has(long at, String text) {
    byte[] wanted = text.getBytes(ISO_8859_1);
    return at >= 0
        && at <= bytes.length - wanted.length
        && Arrays.equals(wanted, 0, wanted.length, bytes, (int) at, (int) at + wanted.length);
  }

  /** The text up to its NUL, or of a length, whichever is shorter. */
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
