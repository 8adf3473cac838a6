package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.tree.Digest;
import dev.diskless.tree.TreePath;
import java.util.List;
import java.util.Map;

/**
 * Text that a signature covers. Its first lines are format name, cluster, version, serial number,
 * and size and digest of the content. Each digest follows in a line in the format of sha256sum(1).
 *
 * @param cluster name of the cluster
 * @param version version of the bundle
 * @param serial a master rejects bundles whose serial is lower than that of an installed bundle
 * @param content the bytes before the frame of the signature
 * @param digests SHA-256 of the entries of {@link #COVERED} that exist in the bundle
 */
record SignedText(
    String cluster,
    String version,
    long serial,
    BundleContent content,
    Map<TreePath, Digest> digests) {

  /** The entries whose digests are signed, so that a first installation can check them alone. */
  static final List<TreePath> COVERED = List.of(BundleLayout.MANIFEST, BundleLayout.VERIFY);

  /** The first line. */
  static final String FORMAT = "diskless-bundle 2";

  SignedText {
    digests = Map.copyOf(digests);
    if (!digests.containsKey(BundleLayout.MANIFEST)) {
      throw new IllegalArgumentException("no digest of the manifest");
    }
  }

  /** Returns the bytes that ssh-keygen signs. */
  byte[] bytes() {
    return toString().getBytes(UTF_8);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(FORMAT + "\n");
    text.append("cluster ").append(cluster).append('\n');
    text.append("version ").append(version).append('\n');
    text.append("serial ").append(serial).append('\n');
    text.append("content ").append(content.size()).append(' ');
    text.append(content.digest()).append('\n');
    for (TreePath name : COVERED) {
      if (digests.containsKey(name)) {
        text.append(digests.get(name)).append("  ").append(name.raw()).append('\n');
      }
    }
    return text.toString();
  }
}
