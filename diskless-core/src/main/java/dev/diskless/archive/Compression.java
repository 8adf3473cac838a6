package dev.diskless.archive;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.XZInputStream;

/** How an archive is compressed. What is written depends on nothing but the bytes given. */
public enum Compression {
  /** Not at all. */
  NONE,
  /** RFC 1952. */
  GZIP,
  /** The .xz file format 1.2.1; read only. */
  XZ,
  /** RFC 8878. */
  ZSTD;

  /** The level of the zstd command's default, pinned: another level is another artifact. */
  private static final int ZSTD_LEVEL = 3;

  private static final int GZIP_LEVEL = 6;

  private static final int BUFFER = 1 << 16;

  /**
   * Returns the compression of a file. Its first bytes decide, not its name.
   *
   * @return {@link #NONE} where no magic number is known
   */
  public static Compression detect(Path file) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(6);
    }
    return detect(start);
  }

  /**
   * Returns the compression of data, which its first bytes show.
   *
   * @param start the first bytes, at least six unless the data is shorter
   * @return {@link #NONE} where no magic number is known
   */
  public static Compression detect(byte[] start) {
    if (startsWith(start, 0x1F, 0x8B)) {
      return GZIP;
    }
    if (startsWith(start, 0xFD, '7', 'z', 'X', 'Z', 0)) {
      return XZ;
    }
    // RFC 8878: a frame, or a skippable frame, as pzstd puts at the start.
    if (startsWith(start, 0x28, 0xB5, 0x2F, 0xFD)
        || start.length >= 4
            && (start[0] & 0xF0) == 0x50
            && start[1] == 0x2A
            && start[2] == 0x4D
            && start[3] == 0x18) {
      return ZSTD;
    }
    return NONE;
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((bytes[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The bytes before compression, through all members or frames (as of pigz or pzstd) to the end.
   *
   * @param in closed with the result
   * @throws IOException if the start is not of this compression; reading the result throws it where
   *     the rest is corrupt or cut off
   */
  public InputStream decompress(InputStream in) throws IOException {
    return decompress(in, 31);
  }

  /**
   * Decompresses with a limit for the memory that zstd uses.
   *
   * @param maxWindowLog the largest window of zstd, as a power of two in bytes; reading a frame
   *     with a larger one throws an IOException
   */
  InputStream decompress(InputStream in, int maxWindowLog) throws IOException {
    return switch (this) {
      case NONE -> in;
      case GZIP -> new GZIPInputStream(new LookingAhead(in), BUFFER);
      case XZ -> new XZInputStream(in);
      // Up to the window of `zstd --long=31`; only a frame that asks for it takes that much memory.
      case ZSTD -> new ZstdInputStreamNoFinalizer(in).setLongMax(maxWindowLog);
    };
  }

  /**
   * Compresses what is written to the result. {@code flush} does nothing there: it would make the
   * bytes depend on when it was called.
   *
   * @param out closed with the result
   * @throws UnsupportedOperationException for {@link #XZ}
   */
  public OutputStream compress(OutputStream out) throws IOException {
    return switch (this) {
      case NONE -> out;
      case GZIP -> new Unflushed(new PlainGzip(out));
      case ZSTD -> zstd(out, Math.max(1, Runtime.getRuntime().availableProcessors()));
      case XZ -> throw new UnsupportedOperationException("xz is only read");
    };
  }

  /**
   * @param workers at least 1: zstd gives the same bytes for any number of workers but none
   */
  static OutputStream zstd(OutputStream out, int workers) throws IOException {
    ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out, ZSTD_LEVEL);
    zstd.setChecksum(true);
    zstd.setWorkers(workers);
    return new Unflushed(zstd);
  }

  /** Java's gzip header has neither time nor name; its level is not to be left to a default. */
  private static final class PlainGzip extends GZIPOutputStream {

    PlainGzip(OutputStream out) throws IOException {
      super(out, BUFFER);
      def.setLevel(GZIP_LEVEL);
      def.setStrategy(Deflater.DEFAULT_STRATEGY);
    }
  }

  private static final class Unflushed extends FilterOutputStream {

    Unflushed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() {
      // See compress().
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /**
   * Java's gzip stream looks for a further member only where {@code available()} promises bytes,
   * which pipes do not: it would lose the rest. This one promises a byte until the end was seen.
   */
  private static final class LookingAhead extends InputStream {

    private static final int UNKNOWN = -2;

    private final InputStream in;
    private int ahead = UNKNOWN;

    LookingAhead(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      int next = ahead == UNKNOWN ? in.read() : ahead;
      ahead = next < 0 ? next : UNKNOWN;
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0 || ahead == UNKNOWN) {
        return in.read(bytes, offset, length);
      }
      int next = read();
      if (next < 0) {
        return -1;
      }
      bytes[offset] = (byte) next;
      return 1;
    }

    @Override
    public int available() throws IOException {
      if (ahead == UNKNOWN) {
        ahead = in.read();
      }
      return ahead < 0 ? 0 : Math.max(1, in.available());
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
