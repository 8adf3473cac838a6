package dev.diskless.tree;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Content of which only facts are recorded, such as the content of a manifest's entry. It cannot be
 * opened.
 *
 * @param size in bytes, holes included
 * @param dataSize size in bytes of the data that an archive contains; less than the size if the
 *     file has holes
 * @param digest of all bytes; empty if it is not known
 */
public record RecordedContent(long size, long dataSize, Optional<Digest> digest)
    implements Content {

  public RecordedContent {
    if (dataSize < 0 || dataSize > size) {
      throw new IllegalArgumentException(dataSize + " bytes of data in a file of " + size);
    }
  }

  /** Content without holes. */
  public RecordedContent(long size, Optional<Digest> digest) {
    this(size, size, digest);
  }

  @Override
  public InputStream open() throws IOException {
    throw new IOException("only the size and the digest of this content are known");
  }

  @Override
  public boolean isSparse() {
    return dataSize < size;
  }
}
