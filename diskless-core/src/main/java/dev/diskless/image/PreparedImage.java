package dev.diskless.image;

import dev.diskless.model.Image;
import dev.diskless.tree.FileTree;
import java.util.List;
import java.util.Objects;

/**
 * An image, ready to be composed.
 *
 * @param image as the descriptor has it
 * @param tree all its files; contents are read where they lie, when they are opened
 * @param fingerprint as {@link ImageStore#fingerprint} gives it for this tree
 * @param packages the packages installed in it, sorted by name; empty where it has no database of
 *     dpkg
 */
public record PreparedImage(
    Image image, FileTree tree, String fingerprint, List<InstalledPackage> packages) {

  public PreparedImage {
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(tree, "tree");
    Objects.requireNonNull(fingerprint, "fingerprint");
    packages = List.copyOf(packages);
  }
}
