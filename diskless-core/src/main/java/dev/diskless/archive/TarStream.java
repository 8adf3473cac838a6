package dev.diskless.archive;

import static dev.diskless.archive.TarFormat.BLOCK;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.TreePath;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Walks the entries of an archive once, from its start to its end, as a compressed one must be
 * read.
 *
 * <p>It reads what {@link TarWriter} writes (POSIX ustar and pax, pax(1)), and nothing else: what
 * two programs could read in two ways is an error. So no archive has an entry here that other
 * programs do not see, or the other way round. {@link TarReader} reads the archives of others.
 */
public final class TarStream implements Closeable {

  /** The largest pax header that is accepted, in bytes. */
  private static final int MAX_PAX = 1 << 24;

  /**
   * The most zeros that may follow the end of an archive, in bytes; GNU tar writes up to 10 KiB.
   */
  private static final int MAX_TRAILER = 1 << 20;

  /** The type of an entry. */
  public enum Kind {
    FILE,
    HARD_LINK,
    SYMBOLIC_LINK,
    DEVICE,
    DIRECTORY,
    FIFO;

    /** Returns the type for messages, with an article. */
    public String text() {
      return switch (this) {
        case FILE -> "a file";
        case HARD_LINK -> "a hard link";
        case SYMBOLIC_LINK -> "a symbolic link";
        case DEVICE -> "a device";
        case DIRECTORY -> "a directory";
        case FIFO -> "a FIFO";
      };
    }
  }

  /**
   * An entry.
   *
   * @param name its path in the archive
   * @param kind its type
   * @param size in bytes of what {@link #content()} gives; 0 for anything but a file
   * @param isSparse whether the content is the map and the data of a sparse file rather than its
   *     bytes
   */
  public record Header(TreePath name, Kind kind, long size, boolean isSparse) {

    public boolean isFile() {
      return kind == Kind.FILE;
    }
  }

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
   * The next entry.
   *
   * @return empty at the end of the archive
   * @throws IOException if the archive is corrupt or cut off, or has what no bundle has
   */
  public Optional<Header> next() throws IOException {
    finish();
    PaxHeader pax = null;
    while (true) {
      byte[] block = read(BLOCK);
      if (isZero(block)) {
        if (pax != null) {
          throw corrupt("a pax header belongs to no entry");
        }
        readTrailer();
        return Optional.empty();
      }
      if (number(block, TarFormat.CHECKSUM, TarFormat.SHORT_NUMBER)
          != TarFormat.checksum(block, 0)) {
        throw corrupt("a header has a wrong checksum");
      }
      if (block[TarFormat.TYPE] != 'x') {
        return Optional.of(header(block, pax == null ? new PaxHeader() : pax));
      }
      if (pax != null) {
        throw corrupt("an entry has two pax headers");
      }
      pax = pax(number(block, TarFormat.SIZE, TarFormat.LONG_NUMBER));
    }
  }

  private Header header(byte[] block, PaxHeader pax) throws IOException {
    Kind kind = kind((char) (block[TarFormat.TYPE] & 0xFF));
    byte[] record = pax.get("size");
    long size =
        record == null
            ? number(block, TarFormat.SIZE, TarFormat.LONG_NUMBER)
            : number(new String(record, ISO_8859_1), 10);
    String name = name(block, pax);
    TreePath path;
    try {
      path = TreePath.ofRaw(name);
    } catch (IllegalArgumentException e) {
      throw corrupt(e.getMessage());
    }
    if (kind != Kind.FILE && size != 0) {
      throw corrupt("%s is %s and has content".formatted(path, kind.text()));
    }
    if (kind != Kind.DIRECTORY && name.endsWith("/")) {
      throw corrupt("%s is %s with a slash at the end".formatted(path, kind.text()));
    }
    left = size;
    padding = TarFormat.padding(size);
    return new Header(path, kind, size, pax.get(TarFormat.SPARSE_MAJOR) != null);
  }

  private Kind kind(char type) throws IOException {
    return switch (type) {
      case '0' -> Kind.FILE;
      case '1' -> Kind.HARD_LINK;
      case '2' -> Kind.SYMBOLIC_LINK;
      case '3', '4' -> Kind.DEVICE;
      case '5' -> Kind.DIRECTORY;
      case '6' -> Kind.FIFO;
      default ->
          throw corrupt("an entry of type 0x%02x, which no bundle has".formatted((int) type));
    };
  }

  private String name(byte[] block, PaxHeader pax) throws IOException {
    boolean isSparse = pax.get(TarFormat.SPARSE_MAJOR) != null;
    if (isSparse ? !isSparse10(pax) : pax.hasGnuRecords()) {
      throw corrupt("a sparse file of a form that no bundle has");
    }
    byte[] path = pax.get(isSparse ? TarFormat.SPARSE_NAME : "path");
    return path == null ? ustarName(block) : new String(path, ISO_8859_1);
  }

  /** GNU tar manual, "PAX Format, Version 1.0". Two names in one header would be ambiguous. */
  private static boolean isSparse10(PaxHeader pax) {
    return pax.isText(TarFormat.SPARSE_MAJOR, "1")
        && pax.isText(TarFormat.SPARSE_MINOR, "0")
        && pax.get(TarFormat.SPARSE_NAME) != null
        && pax.get(TarFormat.SPARSE_REAL_SIZE) != null
        && pax.get("path") == null
        && !pax.hasGnuRecordsOfOtherSparseForms();
  }

  /** The content of the file that {@link #next()} gave last; it ends where the content does. */
  public InputStream content() {
    return new Content();
  }

  /** Skips what was not read of the content of the last entry. */
  public void finish() throws IOException {
    try {
      in.skipNBytes(left + padding);
    } catch (EOFException e) {
      throw corrupt("it is cut off");
    }
    position += left + padding;
    left = 0;
    padding = 0;
  }

  private PaxHeader pax(long size) throws IOException {
    if (size > MAX_PAX) {
      throw corrupt("a pax header of " + size + " bytes");
    }
    PaxHeader pax = new PaxHeader();
    try {
      pax.parse(read((int) size));
    } catch (IllegalArgumentException e) {
      throw corrupt(e.getMessage());
    }
    read(TarFormat.padding(size));
    pax.dropEmpty();
    return pax;
  }

  /** Whatever follows the end, other programs could read. */
  private void readTrailer() throws IOException {
    byte[] block = new byte[BLOCK];
    for (int read = 0; ; ) {
      int count = in.readNBytes(block, 0, BLOCK);
      if (count == 0) {
        return;
      }
      read += count;
      if (read > MAX_TRAILER || !isZero(Arrays.copyOf(block, count))) {
        throw corrupt("there is data after the end of the archive");
      }
    }
  }

  private String ustarName(byte[] block) throws IOException {
    String name = text(block, TarFormat.NAME, TarFormat.NAME_SIZE);
    String prefix = text(block, TarFormat.PREFIX, TarFormat.PREFIX_SIZE);
    if (prefix.isEmpty()) {
      return name;
    }
    if (!text(block, TarFormat.MAGIC, 6).equals("ustar")) {
      throw corrupt("a header has a prefix and is not of the ustar format");
    }
    return prefix + "/" + name;
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
    int start = field;
    int end = field + width;
    while (start < end && block[start] == ' ') {
      start++;
    }
    while (end > start && (block[end - 1] == ' ' || block[end - 1] == 0)) {
      end--;
    }
    return start == end ? 0 : number(new String(block, start, end - start, ISO_8859_1), 8);
  }

  private long number(String digits, int radix) throws IOException {
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = Character.digit(digits.charAt(i), radix);
      // No sign: programs do not agree about it.
      if (digit < 0 || number > (Long.MAX_VALUE - digit) / radix) {
        throw corrupt("\"" + digits + "\" is not a number");
      }
      number = number * radix + digit;
    }
    return number;
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private byte[] read(int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw corrupt("it is cut off");
    }
    position += count;
    return bytes;
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
