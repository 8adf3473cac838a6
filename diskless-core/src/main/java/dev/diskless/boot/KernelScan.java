package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Search for the banner and configuration in a decompressed kernel, as a stream in one pass. */
final class KernelScan {

  /** Mark before the gzip-compressed configuration of a kernel with IKCONFIG (kernel/configs.c). */
  private static final String CONFIGURATION_START = "IKCFG_ST";

  private static final String CONFIGURATION_END = "IKCFG_ED";

  /** Start of linux_banner (init/version.c). */
  private static final String BANNER = "Linux version ";

  /** Maximum size of a compressed configuration in bytes; 60 KB are usual. */
  private static final int LONGEST_CONFIGURATION = 8 << 20;

  private static final int LONGEST_BANNER = 512;

  /** Maximum size of a kernel in bytes. The limit stops files that would decompress without end. */
  private static final long LONGEST_KERNEL = 1L << 30;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int end;
  private long total;

  KernelScan(InputStream in) {
    this.in = in;
  }

  /** Returns the gzip-compressed configuration, if the kernel contains it. */
  Optional<byte[]> packedConfiguration() throws IOException {
    while (find(CONFIGURATION_START)) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      Matcher ending = new Matcher(CONFIGURATION_END);
      int c;
      while (packed.size() < LONGEST_CONFIGURATION && (c = read()) >= 0) {
        packed.write(c);
        if (packed.size() == 2 && !isGzip(packed.toByteArray())) {
          break; // the kernel may contain the mark elsewhere
        }
        if (ending.matches(c)) {
          byte[] all = packed.toByteArray();
          return Optional.of(java.util.Arrays.copyOf(all, all.length - CONFIGURATION_END.length()));
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the text after "Linux version" if the text starts with a number. */
  Optional<String> banner() throws IOException {
    while (find(BANNER)) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      int c;
      while (text.size() < LONGEST_BANNER && (c = read()) >= ' ' && c < 0x7F) {
        text.write(c);
      }
      String banner = text.toString(ISO_8859_1);
      if (!banner.isEmpty() && Character.isDigit(banner.charAt(0))) {
        return Optional.of(banner);
      }
    }
    return Optional.empty();
  }

  private static boolean isGzip(byte[] start) {
    return start[0] == 0x1F && (start[1] & 0xFF) == 0x8B;
  }

  private boolean find(String text) throws IOException {
    Matcher matcher = new Matcher(text);
    int c;
    while ((c = read()) >= 0) {
      if (matcher.matches(c)) {
        return true;
      }
    }
    return false;
  }

  private int read() throws IOException {
    if (next == end) {
      if (total > LONGEST_KERNEL) {
        throw new IOException("its unpacked content is larger than any kernel");
      }
      int count = in.read(buffer);
      if (count <= 0) {
        return -1;
      }
      total += count;
      next = 0;
      end = count;
    }
    return buffer[next++] & 0xFF;
  }

  /**
   * Finds a text in a stream of characters. The first character of the text must not occur in it
   * again, so that a mismatch simply restarts the search.
   */
  private static final class Matcher {
    private final String text;
    private int matched;

    Matcher(String text) {
      this.text = text;
    }

    boolean matches(int c) {
      if (c != text.charAt(matched)) {
        matched = 0;
      }
      if (c == text.charAt(matched) && ++matched == text.length()) {
        matched = 0;
        return true;
      }
      return false;
    }
  }
}
