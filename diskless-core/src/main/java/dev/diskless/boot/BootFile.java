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
 */
public record BootFile(TreePath name, Optional<String> image, Entry entry) {

  public BootFile {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(image, "image");
    if (!entry.isFile()) {
      throw new IllegalArgumentException("not a file: " + entry);
    }
  }
}
