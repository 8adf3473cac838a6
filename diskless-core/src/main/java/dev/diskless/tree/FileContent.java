package dev.diskless.tree;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The bytes of a file on disk. */
public final class FileContent implements Content {

  private final Path file;
  private final long size;
  private final List<Extent> extents;
  private final Digest digest;

  /**
   * @param file as it can be opened
   * @param size in bytes; reading fails where the file has become shorter, and stops there where it
   *     has become longer
   * @param extents where data lies, ascending and apart, or null for a file without holes
   * @param digest of all its bytes, where it is known
   */
  public FileContent(Path file, long size, List<Extent> extents, Optional<Digest> digest) {
    this.file = file;
    this.size = size;
    this.extents = extents == null ? null : Extents.check(extents, size);
    this.digest = digest.orElse(null);
  }

  /** A file without holes whose digest is not known. */
  public FileContent(Path file, long size) {
    this(file, size, null, Optional.empty());
  }

  public Path file() {
    return file;
  }

  @Override
  public long size() {
    return size;
  }

  /**
   * Most files are small, and there are tens of thousands: a {@link FileInputStream} is opened,
   * read and closed in half the time of a channel. It takes no name that the locale cannot write.
   */
  @Override
  public InputStream open() throws IOException {
    if (RawPaths.isPlain(file) && file.getFileSystem() == FileSystems.getDefault()) {
      try {
        return new Data(new FileInputStream(file.toFile()));
      } catch (FileNotFoundException unclear) {
        // The other way to open it says what it is.
      }
    }
    return new Data(Files.newInputStream(file));
  }

  private EOFException shorter() {
    return new EOFException(file + " has become shorter than the " + size + " bytes that it had");
  }

  /** The file's data, and between its extents zeros. */
  private final class Data extends ExtentsInputStream {

    private final InputStream in;
    private long position;

    private Data(InputStream in) {
      super(size, extents());
      this.in = in;
    }

    @Override
    int readData(long inContent, long packed, byte[] bytes, int offset, int length)
        throws IOException {
      try {
        in.skipNBytes(inContent - position);
      } catch (EOFException tooShort) {
        throw shorter();
      }
      int count = in.read(bytes, offset, length);
      if (count < 0) {
        throw shorter();
      }
      position = inContent + count;
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  @Override
  public Optional<Digest> digest() {
    return Optional.ofNullable(digest);
  }

  @Override
  public List<Extent> extents() {
    return extents == null ? Content.super.extents() : extents;
  }

  @Override
  public boolean isSparse() {
    return extents != null && Content.super.isSparse();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
