package dev.diskless.goal;

import dev.diskless.bundle.BundleContent;
import dev.diskless.tree.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Records what a bundle was made from, and the result, so that an unchanged bundle is not made
 * again.
 *
 * @param key a digest of everything that decides on the content, but not of what signs it
 * @param size of the bundle in bytes
 * @param modified modification time of the bundle, in milliseconds since 1970
 * @param digest SHA-256 of the bundle
 * @param content what signed and unsigned builds have in common
 */
record BundleStamp(String key, long size, long modified, String digest, BundleContent content) {

  private static final int LINES = 6;

  /** Fits no bundle. */
  private static final BundleStamp NONE =
      new BundleStamp("", -1, -1, "", new BundleContent(0, Digest.of(new byte[0])));

  /** Returns the stamp in a file; a stamp that fits no bundle if the file does not exist. */
  static BundleStamp read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return NONE;
    }
    List<String> lines = Files.readAllLines(file);
    return lines.size() == LINES
        ? new BundleStamp(
            lines.get(0),
            Long.parseLong(lines.get(1)),
            Long.parseLong(lines.get(2)),
            lines.get(3),
            new BundleContent(Long.parseLong(lines.get(4)), new Digest(lines.get(5))))
        : NONE;
  }

  static void write(Path file, String key, Path bundle, Digest digest, BundleContent content)
      throws IOException {
    Files.write(
        file,
        List.of(
            key,
            Long.toString(Files.size(bundle)),
            Long.toString(Files.getLastModifiedTime(bundle).toMillis()),
            digest.hex(),
            Long.toString(content.size()),
            content.digest().hex()));
  }

  /** Returns whether that very bundle still exists. */
  boolean isFor(String wantedKey, Path bundle) throws IOException {
    return key.equals(wantedKey)
        && Files.isRegularFile(bundle)
        && Files.size(bundle) == size
        && Files.getLastModifiedTime(bundle).toMillis() == modified;
  }
}
