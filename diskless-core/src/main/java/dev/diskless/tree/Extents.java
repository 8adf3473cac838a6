package dev.diskless.tree;

import dev.diskless.tree.Content.Extent;
import java.util.List;

/** Lists of extents. */
final class Extents {

  private Extents() {}

  /**
   * Returns a copy of extents.
   *
   * @throws IllegalArgumentException if the extents are not ascending, overlap, or exceed the size
   *     of the file
   */
  static List<Extent> check(List<Extent> extents, long size) {
    long end = 0;
    for (Extent extent : extents) {
      if (extent.offset() < end || extent.length() > size - extent.offset()) {
        throw new IllegalArgumentException(extent + " in a file of " + size + " bytes");
      }
      end = extent.offset() + extent.length();
    }
    return List.copyOf(extents);
  }
}
