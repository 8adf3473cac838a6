package dev.diskless.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.tree.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;

/** A digest of values; each is told apart from the next. */
final class Fingerprint {

  private final MessageDigest digest;
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

  Fingerprint(MessageDigest digest) {
    this.digest = digest;
  }

  /** Starts with nothing. */
  Fingerprint() {
    this(Digest.sha256());
  }

  Fingerprint add(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    add(bytes.length);
    digest.update(bytes);
    return this;
  }

  Fingerprint add(long value) {
    digest.update(number.putLong(0, value).array());
    return this;
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
    return Digest.of(digest).hex();
  }
}
