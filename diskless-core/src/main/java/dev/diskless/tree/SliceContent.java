package dev.diskless.tree;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Bytes inside a larger file, such as an archive, that many contents share. */
public final class SliceContent implements Content {

  private final SharedFile file;
  private final long offset;
  private final long size;
  private final List<Extent> extents;
  private final Digest digest;

  /**
   * @param file shared by all contents in it
   * @param offset of the first data byte in that file; the data of all extents lies there, one
   *     after the other
   * @param size in bytes, holes included
   * @param extents where data lies in the content, ascending and apart, or null for content without
   *     holes
   * @param digest of all its bytes, where it is known
   */
  public SliceContent(
      SharedFile file, long offset, long size, List<Extent> extents, Optional<Digest> digest) {
    if (offset < 0 || size < 0) {
      throw new IllegalArgumentException("no slice: " + size + " at " + offset);
    }
    this.file = file;
    this.offset = offset;
    this.size = size;
    this.extents = extents == null ? null : Extents.check(extents, size);
    this.digest = digest.orElse(null);
  }

  /** The file that the bytes lie in. */
  public SharedFile file() {
    return file;
  }

  /** Where in the file the data begins. */
  public long offset() {
    return offset;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public InputStream open() {
    return new ExtentsInputStream(size, extents()) {
      @Override
      int readData(long inContent, long inData, byte[] bytes, int start, int length)
          throws IOException {
        int count = file.read(ByteBuffer.wrap(bytes, start, length), offset + inData);
        if (count < 0) {
          throw new EOFException(file + " has become shorter; it was cut off or replaced");
        }
        return count;
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
    return size + " bytes at " + offset + " of " + file;
  }
}
