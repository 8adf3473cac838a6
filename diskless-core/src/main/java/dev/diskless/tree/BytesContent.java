package dev.diskless.tree;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;

/** Content held in memory; for small files. */
public final class BytesContent implements Content {

  private final byte[] bytes;
  private Digest digest;

  /**
   * @param bytes the content; the array is not copied, so the caller must not change it
   */
  public BytesContent(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public InputStream open() {
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public boolean isSparse() {
    return false;
  }

  @Override
  public Optional<Digest> digest() {
    if (digest == null) {
      digest = Digest.of(bytes);
    }
    return Optional.of(digest);
  }
}
