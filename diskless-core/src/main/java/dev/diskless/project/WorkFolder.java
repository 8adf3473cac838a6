package dev.diskless.project;

import java.nio.file.Path;

/**
 * What the goals leave under {@code target/diskless}: files for people to read, and the state that
 * a goal run alone finds again.
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

  /** Every rendered layer, by generate for assemble and package. */
  public Path renderedIndex() {
    return path.resolve("rendered.index");
  }

  /** What groups and nodes add, by assemble for package. */
  public Path layersIndex() {
    return path.resolve("layers.index");
  }

  /** What the trees cost, by assemble for people. */
  public Path space() {
    return path.resolve("space.txt");
  }

  /** The tree of an image, by assemble for package. */
  public Path imageIndex(String image) {
    return path.resolve("images").resolve(image + ".index");
  }

  /** The packages of an image, by assemble for package. */
  public Path imagePackages(String image) {
    return path.resolve("images").resolve(image + ".packages");
  }

  /** What the index of an image was made from. */
  public Path imageFingerprint(String image) {
    return path.resolve("images").resolve(image + ".fingerprint");
  }

  /** What kernels lack, and kernels with fields patched, by the goal kernel. */
  public Path kernels() {
    return path.resolve("kernel");
  }

  /** What the bundle was made from, and what it came out as. */
  public Path bundleStamp() {
    return path.resolve("bundle.stamp");
  }
}
