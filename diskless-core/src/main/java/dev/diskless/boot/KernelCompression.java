package dev.diskless.boot;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/** Compression of a kernel: the options KERNEL_GZIP to KERNEL_ZSTD of its configuration. */
public enum KernelCompression {
  /** No compression. */
  NONE(""),
  GZIP("\u001f\u008b"),
  BZIP2("BZh"),
  /** The form before xz, "LZMA alone", with the properties that the kernel's build gives. */
  LZMA("]\0\0"),
  XZ("\u00fd7zXZ\0"),
  /** The file format of lzop(1). */
  LZO("\u0089LZO\0\r\n\u001a\n"),
  /** The legacy frame of the lz4 file format, as {@code lz4 -l} writes it. */
  LZ4("\u0002!L\u0018"),
  /** RFC 8878. */
  ZSTD("(\u00b5/\u00fd");

  /** Length of the size that the kernel's build appends to formats without a size at the end. */
  private static final int APPENDED_SIZE = 4;

  /** Memory limit of the xz decoder in KiB. The dictionaries of kernels need less. */
  private static final int MEMORY_LIMIT = 256 << 10;

  private static final int LONGEST_MAGIC = 9;

  private final String magic;

  KernelCompression(String magic) {
    this.magic = magic;
  }

  /** Detects the compression by the first bytes. */
  static KernelCompression detect(LittleEndian start) {
    for (KernelCompression each : values()) {
      if (each != NONE && start.has(0, each.magic)) {
        return each;
      }
    }
    return NONE;
  }

  /** Detects the compression by the first bytes of a stream, without consuming them. */
  static KernelCompression detect(BufferedInputStream in) throws IOException {
    in.mark(LONGEST_MAGIC);
    byte[] start = in.readNBytes(LONGEST_MAGIC);
    in.reset();
    return detect(new LittleEndian(start));
  }

  /** Returns the number of bytes that follow the compressed stream at the end of a kernel. */
  int trailer() {
    return this == NONE || this == GZIP ? 0 : APPENDED_SIZE;
  }

  /**
   * Decompresses a stream.
   *
   * @param in stream without a buffer; closed together with the result
   * @throws IOException if the stream is damaged or compressed with lzo. Reads of the result also
   *     throw only this exception
   */
  InputStream decompress(InputStream in) throws IOException {
    InputStream buffered = new BufferedInputStream(in, 1 << 16);
    try {
      return new Guarded(
          switch (this) {
            case NONE -> buffered;
            case GZIP -> new GZIPInputStream(buffered, 1 << 16);
            case BZIP2 -> new BZip2CompressorInputStream(buffered);
            case LZMA -> new LZMAInputStream(buffered, MEMORY_LIMIT);
            case XZ -> new SingleXZInputStream(buffered, MEMORY_LIMIT);
            case ZSTD -> new ZstdInputStreamNoFinalizer(buffered).setLongMax(31);
            case LZ4 -> new LegacyLz4(buffered);
            case LZO ->
                throw new IOException(
                    "it is packed with lzo, which diskless does not" + " support");
          });
    } catch (RuntimeException e) {
      throw damaged(e);
    }
  }

  private static IOException damaged(RuntimeException e) {
    return new IOException("its packed part is damaged", e);
  }

  @Override
  public String toString() {
    return this == NONE ? "not packed" : name().toLowerCase(Locale.ROOT);
  }

  /**
   * Stream that turns runtime exceptions of decoders, which damaged data causes, into I/O errors.
   */
  private static final class Guarded extends FilterInputStream {

    Guarded(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (RuntimeException e) {
        throw damaged(e);
      }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (RuntimeException e) {
        throw damaged(e);
      }
    }
  }

  /** Stream of the legacy lz4 format: blocks, each with its compressed size before it. */
  private static final class LegacyLz4 extends InputStream {

    /** Maximum size of a block: 8 MiB, and a little more if its data cannot be compressed. */
    private static final int LARGEST_BLOCK = (8 << 20) + (8 << 20) / 255 + 16;

    private final InputStream in;
    private InputStream block = InputStream.nullInputStream();

    LegacyLz4(InputStream in) throws IOException {
      this.in = in;
      in.skipNBytes(LZ4.magic.length());
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      while (true) {
        int count = block.read(bytes, offset, length);
        if (count >= 0) {
          return count;
        }
        byte[] size = in.readNBytes(4);
        if (size.length < 4) {
          return -1;
        }
        long packed = new LittleEndian(size).u32(0);
        if (packed == 0 || packed > LARGEST_BLOCK) {
          throw new IOException("its packed part is damaged");
        }
        byte[] whole = in.readNBytes((int) packed);
        if (whole.length < packed) {
          throw new EOFException("it is cut off");
        }
        block = new BlockLZ4CompressorInputStream(new java.io.ByteArrayInputStream(whole));
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
