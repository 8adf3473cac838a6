package dev.diskless.bundle;

import dev.diskless.tree.Digest;
import dev.diskless.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Signs bundles.
 *
 * @param key the key that ssh-keygen signs with
 * @param serial the serial number; if empty, the time of the signature in seconds since 1970 (UTC)
 */
public record BundleSigner(SshKey key, OptionalLong serial) {

  /**
   * Signs a bundle.
   *
   * @param content the bytes before the frame of the signature
   * @param digests of the entries that {@link SignedText} covers
   */
  BundleSignature sign(
      String cluster, String version, BundleContent content, Map<TreePath, Digest> digests)
      throws IOException {
    long number = serial.orElseGet(() -> Instant.now().getEpochSecond());
    byte[] text = new SignedText(cluster, version, number, content, digests).bytes();
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.write(text);
    entry.write(key.sign(text));
    return BundleSignature.parse(entry.toByteArray())
        .orElseThrow(() -> new IOException("ssh-keygen printed something else than a signature"));
  }

  /**
   * Returns whether a bundle can keep this signature. The key must be the same, and also the serial
   * number if this signer has one.
   */
  public boolean hasMade(BundleSignature signature) {
    return key.isSignerOf(signature)
        && (serial.isEmpty() || serial.getAsLong() == signature.serial());
  }
}
