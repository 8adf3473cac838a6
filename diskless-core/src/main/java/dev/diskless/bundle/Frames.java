package dev.diskless.bundle;

import dev.diskless.archive.Compression;
import dev.diskless.bundle.PackedImages.Frame;
import dev.diskless.bundle.PackedImages.Packed;
import dev.diskless.host.ForcedFile;
import dev.diskless.tree.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Compressed stream of a bundle, cut into frames at positions that the caller chooses (RFC 8878,
 * section 3.1; gzip members in RFC 1952). Every reader of zstd and gzip reads consecutive frames as
 * a single stream.
 */
final class Frames extends OutputStream {

  /** Number of bytes after which the digest of a copy is continued. */
  private static final long STEP = 16L << 20;

  private final ForcedFile file;
  private final Compression compression;
  private final FileDigest sha256;
  private final CRC32C checksum = new CRC32C();
  private OutputStream frame;
  private long written;
  private long start;

  /**
   * @param file closed with this stream
   */
  Frames(ForcedFile file, Compression compression) {
    this.file = file;
    this.compression = compression;
    this.sha256 = new FileDigest(file.path());
  }

  /** Returns the SHA-256 of all frames that were cut so far. More frames may follow. */
  Digest digest() throws IOException {
    return sha256.of(written);
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

  /**
   * Takes over a file that begins with the bytes of this file, followed exactly by the given
   * frames. The method renames that file over this file, and later writes after these frames.
   * Nothing is copied.
   *
   * @param start file to take over; unchanged if the method returns false
   * @return whether this file contains the frames now
   */
  boolean continueAfter(Path start, List<Packed> images) throws IOException {
    cut();
    long end = written;
    if (images.isEmpty() || !Files.exists(start)) {
      return false;
    }
    for (Packed image : images) {
      if (image.frame().offset() != end || !image.isPartOf(start)) {
        return false;
      }
      end += image.frame().length();
    }
    // A longer file was continued by a run that was killed.
    if (Files.size(start) != end || Files.mismatch(file.path(), start) != written) {
      return false;
    }
    file.continueAfter(start);
    written = end;
    this.start = end;
    sha256.startTo(end);
    return true;
  }

  /**
   * Copies a frame from another file.
   *
   * @return the frame in this file
   */
  Frame add(Path bundle, Frame kept) throws IOException {
    cut();
    Sink sink = new Sink();
    byte[] buffer = new byte[1 << 18];
    try (InputStream in = Files.newInputStream(bundle)) {
      in.skipNBytes(kept.offset());
      for (long left = kept.length(); left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new EOFException(bundle + " became shorter during the build");
        }
        sink.write(buffer, 0, count);
        left -= count;
        if (left % STEP < buffer.length) {
          sha256.startTo(written);
        }
      }
    }
    return cut();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return; // so that no frame is empty
    }
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
      checksum.update(bytes, offset, length);
      written += length;
    }
  }
}
