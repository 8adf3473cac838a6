package dev.diskless.tree;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Calculates the digest of a file with large holes without hashing the holes. The digest depends on
 * the content only, because file systems and archives record different holes for the same content.
 *
 * <p>The digest is the SHA-256 of the size, followed by each block of 64 KiB that contains a byte
 * other than zero. The offset of a block precedes its bytes. Size and offset are numbers of 8
 * bytes, the most significant byte first. The installer calculates the same in sparse.py.
 */
public final class SparseDigest {

  /** Smallest sum of all holes, in bytes, of a file that has this digest in a bundle. */
  public static final long SMALLEST_HOLES = 64L << 20;

  private static final int BLOCK = 1 << 16;
  private static final byte[] ZEROS = new byte[BLOCK];

  private final MessageDigest sha256 = Digest.sha256();
  private final byte[] block = new byte[BLOCK];
  private long offset;
  private int filled;

  /**
   * @param size size of the content in bytes, including holes
   */
  public SparseDigest(long size) {
    sha256.update(number(size));
  }

  /** Returns whether the holes of a file are so large that a bundle records this digest. */
  public static boolean isUsedFor(Content content) {
    return content.isSparse()
        && content.size() - content.dataSize() >= SMALLEST_HOLES
        && content.digest().map(Digest::isSparse).orElse(true);
  }

  /** Adds the next bytes of the content. */
  public void add(byte[] bytes, int start, int length) {
    int added = 0;
    while (added < length) {
      int count = Math.min(length - added, BLOCK - filled);
      System.arraycopy(bytes, start + added, block, filled, count);
      filled += count;
      added += count;
      endBlockIfFull();
    }
  }

  /**
   * Adds a hole. The time does not depend on the length.
   *
   * @param length number of zeros
   */
  public void addHole(long length) {
    int first = filled == 0 ? 0 : (int) Math.min(length, BLOCK - filled);
    addZeros(first);
    long left = length - first;
    offset += left / BLOCK * BLOCK;
    addZeros((int) (left % BLOCK));
  }

  private void addZeros(int count) {
    Arrays.fill(block, filled, filled + count, (byte) 0);
    filled += count;
    endBlockIfFull();
  }

  private void endBlockIfFull() {
    if (filled == BLOCK) {
      endBlock();
    }
  }

  private void endBlock() {
    if (!Arrays.equals(block, 0, filled, ZEROS, 0, filled)) {
      sha256.update(number(offset));
      sha256.update(block, 0, filled);
    }
    offset += BLOCK;
    filled = 0;
  }

  /** Returns the digest of the whole content. No more bytes can be added. */
  public Digest finish() {
    if (filled > 0) {
      endBlock();
    }
    return Digest.of(sha256).asSparse();
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
