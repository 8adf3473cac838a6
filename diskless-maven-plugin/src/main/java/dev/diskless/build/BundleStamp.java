package dev.diskless.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a bundle was made from, and what it came out as, so that an unchanged one is not made again.
 *
 * @param key a digest of everything that went in
 * @param size of the bundle in bytes
 * @param modified of the bundle, in milliseconds since 1970
 * @param digest of the bundle
 */
record BundleStamp(String key, long size, long modified, String digest) {

  private static final BundleStamp NONE = new BundleStamp("", -1, -1, "");

  /** The stamp in a file; one that fits nothing where there is none. */
  static BundleStamp read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return NONE;
    }
    List<String> lines = Files.readAllLines(file);
    return lines.size() == 4
        ? new BundleStamp(
            lines.get(0), Long.parseLong(lines.get(1)), Long.parseLong(lines.get(2)), lines.get(3))
        : NONE;
  }

  static void write(Path file, String key, Path bundle, Object digest) throws IOException {
    Files.write(
        file,
        List.of(
            key,
            Long.toString(Files.size(bundle)),
            Long.toString(Files.getLastModifiedTime(bundle).toMillis()),
            digest.toString()));
  }

  /** Whether that very bundle still lies there. */
  boolean isFor(String wantedKey, Path bundle) throws IOException {
    return key.equals(wantedKey)
        && Files.isRegularFile(bundle)
        && Files.size(bundle) == size
        && Files.getLastModifiedTime(bundle).toMillis() == modified;
  }
}
