package dev.diskless.goal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.boot.BootFiles;
import dev.diskless.bundle.BundleContent;
import dev.diskless.bundle.BundleJson;
import dev.diskless.model.Cluster;
import dev.diskless.model.Image;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.WorkFolder;
import dev.diskless.tree.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
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

  /**
   * Returns a digest of everything that decides on a bundle's content.
   *
   * @param machine root directory of the machine that boot loaders are taken from if no image has
   *     them
   */
  static String key(ClusterProject project, Cluster cluster, Path machine) throws IOException {
    WorkFolder work = project.workFolder();
    MessageDigest key = Digest.sha256();
    for (Object part :
        List.of(
            project.pluginVersion(),
            project.compression(),
            project.timestamp(),
            BundleJson.cluster(cluster),
            BootFiles.loadersOf(machine, cluster))) {
      key.update((part + "\n").getBytes(UTF_8));
    }
    key.update(Files.readAllBytes(work.renderedIndex()));
    for (Image image : cluster.usedImages()) {
      key.update(Files.readAllBytes(work.imageFingerprint(image.name())));
      key.update(Files.readAllBytes(work.imagePackages(image.name())));
    }
    key.update(Files.readAllBytes(work.layersIndex()));
    return Digest.of(key).hex();
  }

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
