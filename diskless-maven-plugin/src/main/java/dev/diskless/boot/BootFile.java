package dev.diskless.boot;

import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.util.Objects;

/**
 * A file under the TFTP root that is also part of an image.
 *
 * @param name under the TFTP root
 * @param image the image that has it
 * @param entry the file in the image
 */
public record BootFile(TreePath name, String image, Entry entry) {

  public BootFile {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(image, "image");
    if (!entry.isFile()) {
      throw new IllegalArgumentException("not a file: " + entry);
    }
  }
}
