package dev.diskless.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.tree.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;

/** Digest of a sequence of values. The digest also covers the boundaries between values. */
final class Fingerprint {

  private static final int BUFFER = 1 << 14;

  private final MessageDigest digest = Digest.sha256();

  /** Buffer for small values, because a large tree has a million numbers. */
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);

  Fingerprint add(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    add(bytes.length);
    if (bytes.length > buffer.remaining()) {
      flush();
    }
    if (bytes.length > buffer.remaining()) {
      digest.update(bytes);
    } else {
      buffer.put(bytes);
    }
    return this;
  }

  Fingerprint add(long value) {
    if (buffer.remaining() < Long.BYTES) {
      flush();
    }
    buffer.putLong(value);
    return this;
  }

  private void flush() {
    digest.update(buffer.array(), 0, buffer.position());
    buffer.clear();
  }

  Fingerprint add(Instant time) {
    return add(time.getEpochSecond()).add(time.getNano());
  }

  Fingerprint add(Iterable<String> texts) {
    for (String text : texts) {
      add(text);
    }
    return add(-1);
  }

  /** Ends it. */
  String hex() {
    flush();
    return Digest.of(digest).hex();
  }
}
