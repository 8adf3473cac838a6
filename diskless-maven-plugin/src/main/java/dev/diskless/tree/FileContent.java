package dev.diskless.tree;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
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

  @Override
  public InputStream open() throws IOException {
    if (RawPaths.isPlain(file) && file.getFileSystem() == FileSystems.getDefault()) {
      try {
        return new PlainFile(new FileInputStream(file.toFile()));
      } catch (FileNotFoundException unclear) {
        // The channel says what it is.
      }
    }
    return new AnyFile(FileChannel.open(file));
  }

  private EOFException shorter() {
    return new EOFException(file + " has become shorter than the " + size + " bytes that it had");
  }

  /**
   * Most files are small, and there are tens of thousands: a stream is opened, read and closed in
   * half the time of a channel. It takes no name that the locale cannot write.
   */
  private final class PlainFile extends ExtentsInputStream {

    private final FileInputStream in;
    private long position;

    private PlainFile(FileInputStream in) {
      super(size, extents());
      this.in = in;
    }

    @Override
    int readData(long inContent, long packed, byte[] bytes, int offset, int length)
        throws IOException {
      if (position != inContent) {
        in.skip(inContent - position);
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

  /** A file of any name, in any file system. */
  private final class AnyFile extends ExtentsInputStream {

    private final FileChannel channel;
    private long position;

    private AnyFile(FileChannel channel) {
      super(size, extents());
      this.channel = channel;
    }

    @Override
    int readData(long inContent, long packed, byte[] bytes, int offset, int length)
        throws IOException {
      if (position != inContent) {
        channel.position(inContent);
      }
      int count = channel.read(ByteBuffer.wrap(bytes, offset, length));
      if (count < 0) {
        throw shorter();
      }
      position = inContent + count;
      return count;
    }

    @Override
    public void close() throws IOException {
      channel.close();
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
