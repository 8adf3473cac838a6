package dev.diskless.tree;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The bytes of a file on disk. */
public final class FileContent implements Content {

  private final Path file;
  private final long size;
  private final List<Extent> extents;
  private final Digest digest;

  /**
   * @param file as it can be opened
   * @param size in bytes; reading fails where the file has become shorter, and stops there where it
   *     has become longer
   * @param extents where data lies, ascending and apart, or null for a file without holes
   * @param digest of all its bytes, where it is known
   */
  public FileContent(Path file, long size, List<Extent> extents, Optional<Digest> digest) {
    this.file = file;
    this.size = size;
    this.extents = extents == null ? null : Extents.check(extents, size);
    this.digest = digest.orElse(null);
  }

  /** A file without holes whose digest is not known. */
  public FileContent(Path file, long size) {
    this(file, size, null, Optional.empty());
  }

  public Path file() {
    return file;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public InputStream open() throws IOException {
    FileChannel channel = FileChannel.open(file);
    return new ExtentsInputStream(size, extents()) {

      private long position;

      @Override
      int readData(long inContent, long packed, byte[] bytes, int offset, int length)
          throws IOException {
        if (position != inContent) {
          channel.position(inContent);
        }
        int count = channel.read(java.nio.ByteBuffer.wrap(bytes, offset, length));
        if (count < 0) {
          throw new EOFException(
              file + " has become shorter than the " + size + " bytes that it had");
        }
        position = inContent + count;
        return count;
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  @Override
  public Optional<Digest> digest() {
    return Optional.ofNullable(digest);
  }

  @Override
  public List<Extent> extents() {
    return extents == null ? Content.super.extents() : extents;
  }

  @Override
  public boolean isSparse() {
    return extents != null && Content.super.isSparse();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
