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
   * @param file the file that contains the bytes, shared by all its contents
   * @param offset position of the first data byte in that file; the data of all extents follows
   *     without gaps
   * @param size size of the content in bytes, including holes
   * @param extents ranges of the content that contain data, in ascending order and without overlap;
   *     null for content without holes
   * @param digest SHA-256 of all bytes of the content; empty if it is not known
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

  /** Returns the file that contains the bytes. */
  public SharedFile file() {
    return file;
  }

  /** Returns the position in the file where the data begins, in bytes. */
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
