package dev.diskless.tree;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 digest (FIPS 180-4).
 *
 * @param hex 64 hexadecimal digits in lower case
 * @param isSparse whether a {@link SparseDigest} calculated the digest; otherwise it is the digest
 *     of all bytes
 */
public record Digest(String hex, boolean isSparse) {

  public Digest {
    if (!isSha256(hex)) {
      throw new IllegalArgumentException("not a SHA-256: " + hex);
    }
  }

  /** A digest of all bytes. */
  public Digest(String hex) {
    this(hex, false);
  }

  /** Returns these digits as the digest that a {@link SparseDigest} calculated. */
  Digest asSparse() {
    return new Digest(hex, true);
  }

  /**
   * Checks the digits without a regular expression, because an index contains tens of thousands of
   * digests.
   */
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

  /** Returns a new SHA-256 algorithm. Every Java platform has it (MessageDigest). */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Returns the digest of the bytes that the algorithm has received, and resets the algorithm. */
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
