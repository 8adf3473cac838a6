package dev.diskless.bundle;

import dev.diskless.archive.Compression;
import dev.diskless.bundle.PackedImages.Frame;
import dev.diskless.tree.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.zip.CRC32C;

/**
 * The compressed stream of a bundle, cut into frames (RFC 8878, section 3.1; members in RFC 1952)
 * where it is told to. Every reader of zstd and gzip reads frames one after the other as one.
 */
final class Frames extends OutputStream {

  private final OutputStream file;
  private final Compression compression;
  private final MessageDigest sha256 = Digest.sha256();
  private final CRC32C checksum = new CRC32C();
  private OutputStream frame;
  private long written;
  private long start;

  /**
   * @param file closed with this stream
   */
  Frames(OutputStream file, Compression compression) {
    this.file = file;
    this.compression = compression;
  }

  /** Returns the SHA-256 of all frames that were cut so far. More frames may follow. */
  Digest digest() {
    try {
      return Digest.of((MessageDigest) sha256.clone());
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Returns the length of all frames that were cut so far, in bytes. */
  long size() {
    return written;
  }

  /**
   * Ends a frame if one is open.
   *
   * @return the frame that was last written, or an empty one
   */
  Frame cut() throws IOException {
    if (frame != null) {
      frame.close();
      frame = null;
    }
    Frame last = new Frame(start, written - start, checksum.getValue());
    start = written;
    checksum.reset();
    return last;
  }

  /** Adds a frame of a bundle as it is. */
  void add(Path bundle, Frame kept) throws IOException {
    cut();
    Sink sink = new Sink();
    byte[] buffer = new byte[1 << 18];
    try (InputStream in = Files.newInputStream(bundle)) {
      in.skipNBytes(kept.offset());
      for (long left = kept.length(); left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new EOFException(bundle + " has become shorter while it was read");
        }
        sink.write(buffer, 0, count);
        left -= count;
      }
    }
    cut();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (frame == null) {
      frame = compression.compress(new Sink());
    }
    frame.write(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    try {
      cut();
    } finally {
      file.close();
    }
  }

  /** Takes one frame's compressed bytes; closing it leaves the file open. */
  private final class Sink extends OutputStream {

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      file.write(bytes, offset, length);
      sha256.update(bytes, offset, length);
      checksum.update(bytes, offset, length);
      written += length;
    }
  }
}
