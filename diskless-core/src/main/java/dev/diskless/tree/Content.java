package dev.diskless.tree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;

/** The bytes of a regular file, opened when they are needed and not before. */
public interface Content {

  /** Returns the size in bytes, including holes. */
  long size();

  /**
   * Opens a stream of all bytes, with holes as zeros. The caller closes the stream before it opens
   * the next.
   */
  InputStream open() throws IOException;

  /** Returns all bytes as text. Only for small files, such as tables of users. */
  default String text(Charset charset) throws IOException {
    try (InputStream in = open()) {
      return new String(in.readAllBytes(), charset);
    }
  }

  /** Returns the SHA-256 of all bytes; empty if it is not known without reading. */
  default Optional<Digest> digest() {
    return Optional.empty();
  }

  /**
   * Returns the ranges that contain data, in ascending order and without overlap. All other bytes
   * are holes. A file without holes has one extent; an empty file has none.
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

  /** Returns whether the content has holes. */
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
   * @param offset position of the first byte in the file, from 0
   * @param length number of bytes, more than 0
   */
  record Extent(long offset, long length) {
    public Extent {
      if (offset < 0 || length <= 0) {
        throw new IllegalArgumentException("no extent: " + length + " at " + offset);
      }
    }
  }
}
