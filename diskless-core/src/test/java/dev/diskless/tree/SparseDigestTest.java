package dev.diskless.tree;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SparseDigestTest {

  private static final long GIB = 1L << 30;

  /** The same file has the same digest in test_sparse.py. */
  @Test
  void equalsTheDigestOfTheInstaller() {
    SparseDigest digest = new SparseDigest(400 * GIB);
    add(digest, "first");
    digest.addHole(200 * GIB + 70000 - 5);
    add(digest, "second");
    digest.addHole(200 * GIB - 70000 - 6 - 3);
    add(digest, "end");
    assertThat(digest.finish())
        .isEqualTo(
            new Digest("de7057476bf6430ced940fd16839c0e3d9c62cee8de625f6bb8a2d659d7f9eab", true));
  }

  @Test
  void doesNotDependOnThePlacesOfHoles() {
    Random random = new Random(1);
    byte[] content = new byte[500_001];
    for (int i = 0; i < 20; i++) {
      content[random.nextInt(content.length)] = 1;
    }
    SparseDigest whole = new SparseDigest(content.length);
    whole.add(content, 0, content.length);
    Digest expected = whole.finish();
    for (int round = 0; round < 20; round++) {
      SparseDigest parts = new SparseDigest(content.length);
      for (int at = 0; at < content.length; ) {
        int length = Math.min(content.length - at, 1 + random.nextInt(150_000));
        if (isZero(content, at, length)) {
          parts.addHole(length);
        } else {
          parts.add(content, at, length);
        }
        at += length;
      }
      assertThat(parts.finish()).isEqualTo(expected);
    }
  }

  private static boolean isZero(byte[] bytes, int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static void add(SparseDigest digest, String text) {
    digest.add(text.getBytes(US_ASCII), 0, text.length());
  }
}
