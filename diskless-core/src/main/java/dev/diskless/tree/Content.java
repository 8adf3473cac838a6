package dev.diskless.tree;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** The bytes of a regular file, opened when they are needed and not before. */
public interface Content {

  /** In bytes, holes included. */
  long size();

  /** Every byte, holes as zeros. The caller closes it, and holds one at a time. */
  InputStream open() throws IOException;

  /** The SHA-256 of every byte, where it is known without reading. */
  default Optional<Digest> digest() {
    return Optional.empty();
  }

  /**
   * Where data lies, ascending and apart; all else is hole. A file without holes has one extent, an
   * empty one has none.
   */
  default List<Extent> extents() {
    return size() == 0 ? List.of() : List.of(new Extent(0, size()));
  }

  /**
   * Returns how many bytes an archive contains of the content. Archives leave out holes, but only
   * whole blocks of 512 bytes.
   *
   * @return the size if the content has no holes that an archive can leave out
   */
  default long dataSize() {
    if (!isSparse()) {
      return size();
    }
    long sum = 0;
    long end = 0;
    for (Extent extent : extents()) {
      long start = Math.max(end, extent.offset() / 512 * 512);
      end = Math.min(size(), (extent.offset() + extent.length() + 511) / 512 * 512);
      sum += Math.max(0, end - start);
    }
    return sum;
  }

  /** Whether it has holes. */
  default boolean isSparse() {
    long data = 0;
    for (Extent extent : extents()) {
      data += extent.length();
    }
    return data < size();
  }

  /**
   * Adjacent bytes of a file.
   *
   * @param offset of the first byte
   * @param length in bytes, more than 0
   */
  record Extent(long offset, long length) {
    public Extent {
      if (offset < 0 || length <= 0) {
        throw new IllegalArgumentException("no extent: " + length + " at " + offset);
      }
    }
  }
}
