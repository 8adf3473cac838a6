package dev.diskless.bundle;

import dev.diskless.archive.Compression;
import dev.diskless.tree.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * The compressed stream of a bundle, cut into frames (RFC 8878, section 3.1; members in RFC 1952)
 * where it is told to. Every reader of zstd and gzip reads frames one after the other as one.
 */
final class Frames extends OutputStream {

  private final OutputStream file;
  private final Compression compression;
  private final MessageDigest sha256 = Digest.sha256();
  private OutputStream frame;
  private OutputStream copy;

  /**
   * @param file closed with this stream
   */
  Frames(OutputStream file, Compression compression) {
    this.file = file;
    this.compression = compression;
  }

  /** Of everything in the file so far. */
  Digest digest() {
    return Digest.of(sha256);
  }

  /** Ends a frame if one is open. */
  void cut() throws IOException {
    if (frame != null) {
      frame.close();
      frame = null;
    }
  }

  /**
   * Writes the following frame to another stream as well, until it is cut.
   *
   * @param other closed when the frame is cut
   */
  void copyTo(OutputStream other) throws IOException {
    cut();
    copy = other;
  }

  /** Adds a frame as it is. */
  void add(Path packed) throws IOException {
    cut();
    byte[] buffer = new byte[1 << 18];
    try (InputStream in = Files.newInputStream(packed)) {
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        file.write(buffer, 0, count);
        sha256.update(buffer, 0, count);
      }
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (frame == null) {
      frame = compression.compress(new Sink(copy));
      copy = null;
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

  /** Takes one frame's compressed bytes; what is closed with the frame is only the copy. */
  private final class Sink extends FilterOutputStream {

    private final OutputStream other;

    Sink(OutputStream other) {
      super(file);
      this.other = other;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      file.write(bytes, offset, length);
      sha256.update(bytes, offset, length);
      if (other != null) {
        other.write(bytes, offset, length);
      }
    }

    @Override
    public void close() throws IOException {
      if (other != null) {
        other.close();
      }
    }
  }
}
