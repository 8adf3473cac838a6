package dev.diskless.bundle;

import dev.diskless.tree.FileTree;
import java.util.List;
import java.util.Objects;

/**
 * An image as the bundle holds it.
 *
 * @param name names its folder
 * @param tree everything in it
 * @param identity equal for equal trees with equal contents, whichever build they are of
 * @param packages the lock: a line a package, name, version and architecture, between tabs
 */
public record ImagePart(String name, FileTree tree, String identity, List<String> packages) {

  public ImagePart {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(tree, "tree");
    Objects.requireNonNull(identity, "identity");
    packages = List.copyOf(packages);
  }
}
