package dev.diskless.tree;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A SHA-256.
 *
 * @param hex 64 hexadecimal digits in lower case
 */
public record Digest(String hex) {

  public Digest {
    if (!isSha256(hex)) {
      throw new IllegalArgumentException("not a SHA-256: " + hex);
    }
  }

  /** By hand, for indexes have tens of thousands of them. */
  private static boolean isSha256(String hex) {
    if (hex.length() != 64) {
      return false;
    }
    for (int i = 0; i < 64; i++) {
      char c = hex.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  /** A fresh SHA-256, which every Java platform has. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Of what was fed to the algorithm, which is reset. */
  public static Digest of(MessageDigest fed) {
    return new Digest(HexFormat.of().formatHex(fed.digest()));
  }

  public static Digest of(byte[] bytes) {
    MessageDigest sha256 = sha256();
    sha256.update(bytes);
    return of(sha256);
  }

  @Override
  public String toString() {
    return hex;
  }
}
