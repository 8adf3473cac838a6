package dev.diskless.bundle;

import dev.diskless.tree.FileTree;
import java.util.List;
import java.util.Objects;

/**
 * An image as the bundle holds it.
 *
 * @param name names its folder
 * @param tree everything in it
 * @param identity fingerprint of the tree and its contents, the same in every build
 * @param packages one line per package: name, version and architecture, separated by tabs
 */
public record ImagePart(String name, FileTree tree, String identity, List<String> packages) {

  public ImagePart {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(tree, "tree");
    Objects.requireNonNull(identity, "identity");
    packages = List.copyOf(packages);
  }
}
