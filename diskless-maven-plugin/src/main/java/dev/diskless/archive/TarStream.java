package dev.diskless.archive;

import static dev.diskless.archive.TarFormat.BLOCK;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.diskless.tree.TreePath;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Walks the files of an archive once, from its start to its end, as a compressed one must be read.
 * It reads what {@link TarWriter} writes (POSIX ustar and pax, pax(1)); {@link TarReader} reads the
 * archives of others, with everything that they say of an entry.
 */
public final class TarStream implements Closeable {

  /** The largest pax header that is believed. */
  private static final int MAX_META = 1 << 24;

  /**
   * A plain file.
   *
   * @param name its path in the archive
   * @param size of what {@link #content()} gives
   * @param isSparse whether the content is the map and the data of a sparse file rather than its
   *     bytes
   */
  public record File(TreePath name, long size, boolean isSparse) {}

  private final InputStream in;
  private long position;
  private long left;
  private int padding;

  /**
   * @param in the archive, no longer compressed; closed with this one
   */
  public TarStream(InputStream in) {
    this.in = in;
  }

  /**
   * The name of the entry that an archive, or a piece of one, begins with.
   *
   * @return empty at the end of the archive
   * @throws IOException if no header stands there
   */
  public static Optional<TreePath> firstName(InputStream in) throws IOException {
    return new TarStream(in).next(true).map(File::name);
  }

  /**
   * The next plain file; links, directories and devices are passed over.
   *
   * @return empty at the end of the archive
   * @throws IOException if the archive is corrupt or cut off
   */
  public Optional<File> next() throws IOException {
    return next(false);
  }

  private Optional<File> next(boolean anyType) throws IOException {
    PaxHeader pax = new PaxHeader();
    while (true) {
      skip(left + padding);
      byte[] block = read(BLOCK);
      if (isZero(block)) {
        return Optional.empty();
      }
      if (number(block, TarFormat.CHECKSUM, TarFormat.SHORT_NUMBER)
          != TarFormat.checksum(block, 0)) {
        throw corrupt("a header has a wrong checksum");
      }
      char type = (char) block[TarFormat.TYPE];
      byte[] record = pax.get("size");
      long size =
          record == null
              ? number(block, TarFormat.SIZE, TarFormat.LONG_NUMBER)
              : decimal(new String(record, US_ASCII));
      if (size < 0) {
        throw corrupt("a header has a negative size");
      }
      left = size;
      padding = TarFormat.padding(size);
      if (type == 'x') {
        pax = header(size);
      } else if (anyType || type == '0' || type == 0) {
        boolean sparse = pax.get(TarFormat.SPARSE_MAJOR) != null;
        byte[] path = pax.get(sparse ? TarFormat.SPARSE_NAME : "path");
        String name = path == null ? ustarName(block) : new String(path, ISO_8859_1);
        try {
          return Optional.of(new File(TreePath.ofRaw(name), size, sparse));
        } catch (IllegalArgumentException e) {
          throw corrupt(e.getMessage());
        }
      } else {
        pax = new PaxHeader();
      }
    }
  }

  /** The content of the file that {@link #next()} gave last; it ends where the content does. */
  public InputStream content() {
    return new Content();
  }

  private PaxHeader header(long size) throws IOException {
    if (size > MAX_META) {
      throw corrupt("a pax header of " + size + " bytes");
    }
    PaxHeader pax = new PaxHeader();
    try {
      pax.parse(read((int) size));
    } catch (IllegalArgumentException e) {
      throw corrupt(e.getMessage());
    }
    left = 0;
    pax.dropEmpty();
    return pax;
  }

  private static String ustarName(byte[] block) {
    String name = text(block, TarFormat.NAME, TarFormat.NAME_SIZE);
    String prefix = text(block, TarFormat.PREFIX, TarFormat.PREFIX_SIZE);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] block, int start, int size) {
    int end = start;
    while (end < start + size && block[end] != 0) {
      end++;
    }
    return new String(block, start, end - start, ISO_8859_1);
  }

  private long number(byte[] block, int field, int width) throws IOException {
    if ((block[field] & 0x80) != 0) {
      throw corrupt("a number of a form that no bundle has");
    }
    String digits = text(block, field, width).strip();
    try {
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      throw corrupt("no number: " + digits);
    }
  }

  private long decimal(String digits) throws IOException {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw corrupt("no number: " + digits);
    }
  }

  private static boolean isZero(byte[] block) {
    return Arrays.equals(block, new byte[BLOCK]);
  }

  private byte[] read(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw corrupt("it is cut off");
    }
    position += count;
    return bytes;
  }

  private void skip(long count) throws IOException {
    try {
      in.skipNBytes(count);
    } catch (java.io.EOFException e) {
      throw corrupt("it is cut off");
    }
    position += count;
    left = 0;
    padding = 0;
  }

  private IOException corrupt(String what) {
    return new IOException("the archive is corrupt at byte " + position + ": " + what);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private final class Content extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int count = in.read(bytes, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw corrupt("it is cut off");
      }
      left -= count;
      position += count;
      return count;
    }
  }
}
