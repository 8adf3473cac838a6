package dev.diskless.tree;

import dev.diskless.tree.Content.Extent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The bytes of a file: data from somewhere, holes as zeros. Skipping costs nothing. */
abstract class ExtentsInputStream extends InputStream {

  private final long size;
  private final List<Extent> extents;

  /** The extent that the position is in or before. */
  private int current;

  /** Data bytes in the extents before the current one. */
  private long packed;

  private long position;

  ExtentsInputStream(long size, List<Extent> extents) {
    this.size = size;
    this.extents = extents;
  }

  /**
   * Reads data.
   *
   * @param inContent where in the file
   * @param inData where in all data bytes, one extent after the other
   * @return how many, at least 1
   */
  abstract int readData(long inContent, long inData, byte[] bytes, int offset, int length)
      throws IOException;

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (position >= size) {
      return -1;
    }
    while (current < extents.size() && end(extents.get(current)) <= position) {
      packed += extents.get(current).length();
      current++;
    }
    int count;
    if (current < extents.size() && extents.get(current).offset() <= position) {
      Extent extent = extents.get(current);
      count =
          readData(
              position,
              packed + position - extent.offset(),
              bytes,
              offset,
              (int) Math.min(length, end(extent) - position));
    } else {
      long hole = (current < extents.size() ? extents.get(current).offset() : size) - position;
      count = (int) Math.min(length, hole);
      Arrays.fill(bytes, offset, offset + count, (byte) 0);
    }
    position += count;
    return count;
  }

  private static long end(Extent extent) {
    return extent.offset() + extent.length();
  }

  @Override
  public long skip(long count) {
    long skipped = Math.max(0, Math.min(count, size - position));
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, size - position);
  }
}
