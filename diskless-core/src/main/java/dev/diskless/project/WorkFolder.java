package dev.diskless.project;

import java.nio.file.Path;

/**
 * Files that goals leave under {@code target/diskless}: files for people, and the state that a goal
 * needs when it runs alone.
 *
 * @param path the folder
 */
public record WorkFolder(Path path) {

  /**
   * Returns the folder of rendered files.
   *
   * @param folder path of a scope, or the first part of it
   */
  public Path rendered(String folder) {
    return path.resolve(folder);
  }

  /** All rendered layers. The goal generate writes them for assemble and package. */
  public Path renderedIndex() {
    return path.resolve("rendered.index");
  }

  /** Layers of groups and nodes. The goal assemble writes them for package. */
  public Path layersIndex() {
    return path.resolve("layers.index");
  }

  /** Sizes of the trees. The goal assemble writes them for people. */
  public Path space() {
    return path.resolve("space.txt");
  }

  /** Tree of an image. The goal assemble writes it for package. */
  public Path imageIndex(String image) {
    return path.resolve("images").resolve(image + ".index");
  }

  /** Packages of an image. The goal assemble writes them for package. */
  public Path imagePackages(String image) {
    return path.resolve("images").resolve(image + ".packages");
  }

  /** Digest of the sources from which the index of an image was made. */
  public Path imageFingerprint(String image) {
    return path.resolve("images").resolve(image + ".fingerprint");
  }

  /** Reports about kernels, and kernels with patched fields. The goal kernel writes them. */
  public Path kernels() {
    return path.resolve("kernel");
  }

  /** Digests of the inputs of the bundle and of the bundle. */
  public Path bundleStamp() {
    return path.resolve("bundle.stamp");
  }
}
