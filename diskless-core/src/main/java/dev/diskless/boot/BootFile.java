package dev.diskless.boot;

import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.util.Objects;
import java.util.Optional;

/**
 * A file under the TFTP root that is not rendered.
 *
 * @param name under the TFTP root
 * @param image the image that has it; empty for a loader of the machine that builds
 * @param entry the file in the image, or on that machine
 * @param isUnpacked whether the content is decompressed, so that it differs from the file's content
 */
public record BootFile(TreePath name, Optional<String> image, Entry entry, boolean isUnpacked) {

  public BootFile {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(image, "image");
    if (!entry.isFile()) {
      throw new IllegalArgumentException("not a file: " + entry);
    }
  }

  /** Returns a boot file with the content of the file. */
  static BootFile of(TreePath name, Optional<String> image, Entry entry) {
    return new BootFile(name, image, entry, false);
  }
}
