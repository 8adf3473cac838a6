package dev.diskless.archive;

import static dev.diskless.archive.TarFormat.BLOCK;
import static dev.diskless.archive.TarFormat.MAX_LONG;
import static dev.diskless.archive.TarFormat.MAX_SHORT;
import static dev.diskless.archive.TarFormat.NAME_SIZE;
import static dev.diskless.archive.TarFormat.PREFIX_SIZE;
import static dev.diskless.archive.TarFormat.ascii;
import static dev.diskless.archive.TarFormat.padding;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.tree.Content;
import dev.diskless.tree.Content.Extent;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.SparseDigest;
import dev.diskless.tree.TreePath;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Writes a tar archive in POSIX's pax format (pax(1)), as GNU tar and libarchive read it, with
 * every attribute of an entry.
 *
 * <ul>
 *   <li>Extended attributes as {@code SCHILY.xattr.} records with the exact bytes.
 *   <li>Holes as GNU sparse files 1.0 (GNU tar manual, "PAX Format, Version 1.0").
 *   <li>Long names, large numbers and fractions of a second as pax records, only if they do not fit
 *       the fixed header. So most entries need one block.
 * </ul>
 *
 * <p>A {@code path} record contains names that are UTF-8 but not ASCII. Names in another encoding
 * keep their bytes. They are in the header if they fit, otherwise in a {@code path} record, as in
 * GNU tar. Owners are numbers; their names are empty. The same calls always write the same bytes.
 *
 * <p>An archive is complete only after {@link #close}; after an error, the archive gets no end.
 */
public final class TarWriter implements Closeable {

  private static final int CHUNK = 1 << 16;
  private static final byte[] ZEROS = new byte[1 << 16];
  private static final byte[] ROOT_NAME = ascii("./");

  private final OutputStream out;
  private final MessageDigest sha256 = Digest.sha256();
  private final byte[] chunk = new byte[CHUNK];
  private final PaxRecords pax = new PaxRecords();

  /** Digest of the current file if the file has large holes; otherwise null. */
  private SparseDigest sparse;

  private int filled;
  private boolean broken;
  private boolean closed;

  /**
   * @param out gets chunks of 64 KiB, so it needs no buffer; stays open after {@link #close}
   */
  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes one entry. A file's content is read once, in one go, and hashed on the way.
   *
   * @param name in the archive, which need not be the entry's own path
   * @return the SHA-256 of a file's bytes, or the {@link SparseDigest} of a file with large holes;
   *     empty for anything but a file
   * @throws IOException if the content cannot be read, or if its size or digest is not as
   *     announced. The archive is then incomplete
   */
  public Optional<Digest> write(TreePath name, Entry entry) throws IOException {
    begin();
    Optional<Digest> digest = Optional.empty();
    switch (entry.type()) {
      case FILE -> digest = Optional.of(writeFile(name, entry));
      case DIRECTORY -> writePlain(directoryName(name), entry, '5', null);
      case SYMLINK -> writePlain(name.bytes(), entry, '2', TarFormat.bytes(entry.rawTarget()));
      case CHARACTER_DEVICE -> writePlain(name.bytes(), entry, '3', null);
      case BLOCK_DEVICE -> writePlain(name.bytes(), entry, '4', null);
      case FIFO -> writePlain(name.bytes(), entry, '6', null);
      case SOCKET -> throw new IllegalArgumentException("a tar archive has no sockets: " + entry);
    }
    broken = false;
    return digest;
  }

  /**
   * Writes a further name of something written before.
   *
   * @param name in the archive
   * @param target the name in the archive that was written before
   * @param entry the entry of the further name; its content is not read, and its extended
   *     attributes are not repeated, because they belong to the target
   */
  public void writeHardLink(TreePath name, TreePath target, Entry entry) throws IOException {
    begin();
    pax.clear();
    byte[] path = name.bytes();
    byte[] link = target.bytes();
    addMetadata(path, entry.metadata(), link);
    writePax(path);
    writeHeader(path, entry, entry.metadata(), '1', 0, link);
    broken = false;
  }

  private void begin() throws IOException {
    if (broken || closed) {
      throw new IOException(broken ? "an entry before could not be written" : "closed");
    }
    broken = true;
  }

  private static byte[] directoryName(TreePath name) {
    return name.isRoot() ? ROOT_NAME : TarFormat.bytes(name.raw() + "/");
  }

  private void writePlain(byte[] name, Entry entry, char type, byte[] link) throws IOException {
    pax.clear();
    addMetadata(name, entry.metadata(), link);
    addXattrs(entry.metadata());
    writePax(name);
    writeHeader(name, entry, entry.metadata(), type, 0, link);
  }

  private Digest writeFile(TreePath name, Entry entry) throws IOException {
    Content content = entry.content();
    byte[] path = name.bytes();
    pax.clear();
    if (content.isSparse()) {
      writeSparseStart(path, entry, content);
    } else {
      long size = content.size();
      addMetadata(path, entry.metadata(), null);
      addSize(size);
      addXattrs(entry.metadata());
      writePax(path);
      writeHeader(path, entry, entry.metadata(), '0', size, null);
    }
    Digest digest;
    try (InputStream in = content.open()) {
      digest = content.isSparse() ? copySparse(entry, content, in) : copyWhole(entry, content, in);
    }
    Optional<Digest> said = content.digest();
    if (said.isPresent() && !said.get().equals(digest)) {
      throw new IOException(
          "%s from %s has changed since the build read it: its SHA-256 was %s and is %s"
              .formatted(entry.path(), entry.layer(), said.get(), digest));
    }
    return digest;
  }

  private Digest copyWhole(Entry entry, Content content, InputStream in) throws IOException {
    sparse = null;
    long size = content.size();
    copy(entry, in, size);
    pad(padding(size));
    return Digest.of(sha256);
  }

  private void writeSparseStart(byte[] path, Entry entry, Content content) throws IOException {
    long data = 0;
    StringBuilder map = new StringBuilder();
    List<Extent> extents = wholeBlocks(content);
    long end = 0;
    for (Extent extent : extents) {
      map.append(extent.offset()).append('\n').append(extent.length()).append('\n');
      data += extent.length();
      end = extent.offset() + extent.length();
    }
    // An empty extent marks a hole at the end, as in GNU tar.
    boolean endsInHole = end < content.size();
    if (endsInHole) {
      map.append(content.size()).append("\n0\n");
    }
    byte[] mapBytes = ascii((extents.size() + (endsInHole ? 1 : 0)) + "\n" + map);
    int mapPadding = padding(mapBytes.length);
    long size = mapBytes.length + mapPadding + data;

    addNumbers(entry.metadata());
    addSize(size);
    pax.add(TarFormat.SPARSE_MAJOR, "1");
    pax.add(TarFormat.SPARSE_MINOR, "0");
    pax.add(TarFormat.SPARSE_NAME, path);
    pax.add(TarFormat.SPARSE_REAL_SIZE, Long.toString(content.size()));
    addXattrs(entry.metadata());
    writePax(path);
    // What a program that does not know sparse files would call it.
    byte[] standIn = standIn("GNUSparseFile.0/", path);
    writeHeader(standIn, entry, entry.metadata(), '0', size, null);
    put(mapBytes, mapBytes.length);
    pad(mapPadding);
  }

  /**
   * Extents widened to whole blocks: GNU tar begins the data of each in a new block, while others
   * expect it right behind the data before. With whole blocks both are the same.
   */
  private static List<Extent> wholeBlocks(Content content) {
    List<Extent> whole = new ArrayList<>();
    for (Extent extent : content.extents()) {
      long start = extent.offset() / BLOCK * BLOCK;
      long end = extent.offset() + extent.length();
      end = Math.min(content.size(), end + padding(end));
      int last = whole.size() - 1;
      if (last >= 0 && start <= whole.get(last).offset() + whole.get(last).length()) {
        start = whole.remove(last).offset();
      }
      whole.add(new Extent(start, end - start));
    }
    return whole;
  }

  private Digest copySparse(Entry entry, Content content, InputStream in) throws IOException {
    sparse = SparseDigest.isUsedFor(content) ? new SparseDigest(content.size()) : null;
    long position = 0;
    long data = 0;
    for (Extent extent : wholeBlocks(content)) {
      hole(in, extent.offset() - position);
      copy(entry, in, extent.length());
      data += extent.length();
      position = extent.offset() + extent.length();
    }
    hole(in, content.size() - position);
    pad(padding(data));
    return sparse == null ? Digest.of(sha256) : sparse.finish();
  }

  private void hole(InputStream in, long length) throws IOException {
    in.skipNBytes(length);
    if (sparse != null) {
      sparse.addHole(length);
      return;
    }
    for (long left = length; left > 0; left -= ZEROS.length) {
      sha256.update(ZEROS, 0, (int) Math.min(left, ZEROS.length));
    }
  }

  /** Copies bytes from the stream into the chunk and adds them to the digest. */
  private void copy(Entry entry, InputStream in, long length) throws IOException {
    long left = length;
    while (left > 0) {
      if (filled == CHUNK) {
        flushChunk();
      }
      int count = in.read(chunk, filled, (int) Math.min(left, CHUNK - filled));
      if (count < 0) {
        throw new EOFException(
            "%s from %s became shorter during the build: %d bytes are missing"
                .formatted(entry.path(), entry.layer(), left));
      }
      if (sparse == null) {
        sha256.update(chunk, filled, count);
      } else {
        sparse.add(chunk, filled, count);
      }
      filled += count;
      left -= count;
    }
  }

  /** Everything but the size, the extended attributes and holes. */
  private void addMetadata(byte[] name, Metadata metadata, byte[] link) {
    if (needsRecord(name, splitAt(name) < 0)) {
      pax.add("path", name);
    }
    if (link != null && needsRecord(link, link.length > TarFormat.LINK_NAME_SIZE)) {
      pax.add("linkpath", link);
    }
    addNumbers(metadata);
  }

  private void addNumbers(Metadata metadata) {
    if (metadata.uid() > MAX_SHORT) {
      pax.add("uid", Long.toString(metadata.uid()));
    }
    if (metadata.gid() > MAX_SHORT) {
      pax.add("gid", Long.toString(metadata.gid()));
    }
    Instant mtime = metadata.mtime();
    if (mtime.getNano() != 0 || !fits(mtime.getEpochSecond())) {
      pax.add("mtime", decimal(mtime));
    }
  }

  private static boolean fits(long number) {
    return number >= 0 && number <= MAX_LONG;
  }

  private void addSize(long size) {
    if (size > MAX_LONG) {
      pax.add("size", Long.toString(size));
    }
  }

  private void addXattrs(Metadata metadata) {
    for (String name : metadata.xattrs().names()) {
      // GNU tar's way with the two characters that a keyword cannot have.
      String keyword = name.replace("%", "%25").replace("=", "%3D");
      pax.add(TarFormat.XATTR + keyword, metadata.xattrs().value(name));
    }
  }

  /**
   * Returns whether a name needs a pax record. A name that is ASCII or not UTF-8 needs it only if
   * it is too long.
   */
  private static boolean needsRecord(byte[] name, boolean isLong) {
    return isLong || !isAscii(name) && isUtf8(name);
  }

  private static boolean isAscii(byte[] name) {
    for (byte b : name) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUtf8(byte[] name) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(name));
      return true;
    } catch (CharacterCodingException otherEncoding) {
      return false;
    }
  }

  /**
   * Returns the index at which the name field begins if a name is split between prefix and name
   * field.
   *
   * @return 0 if the name fits without a split, -1 if it cannot be split
   */
  private static int splitAt(byte[] name) {
    if (name.length <= NAME_SIZE) {
      return 0;
    }
    for (int slash = Math.max(1, name.length - NAME_SIZE - 1);
        slash < name.length - 1 && slash <= PREFIX_SIZE;
        slash++) {
      if (name[slash] == '/') {
        return slash + 1;
      }
    }
    return -1;
  }

  /** Seconds since 1970 with as many decimals as it takes. */
  static String decimal(Instant time) {
    long seconds = time.getEpochSecond();
    int nanos = time.getNano();
    if (nanos == 0) {
      return Long.toString(seconds);
    }
    boolean negative = seconds < 0;
    if (negative) {
      seconds = -(seconds + 1);
      nanos = 1_000_000_000 - nanos;
    }
    String fraction = Integer.toString(1_000_000_000 + nanos).substring(1);
    int end = fraction.length();
    while (fraction.charAt(end - 1) == '0') {
      end--;
    }
    return (negative ? "-" : "") + seconds + "." + fraction.substring(0, end);
  }

  private void writePax(byte[] name) throws IOException {
    if (pax.isEmpty()) {
      return;
    }
    int header = block();
    putName(header, standIn("PaxHeaders/", name));
    putOctal(header + TarFormat.MODE, TarFormat.SHORT_NUMBER, 0644);
    putOctal(header + TarFormat.UID, TarFormat.SHORT_NUMBER, 0);
    putOctal(header + TarFormat.GID, TarFormat.SHORT_NUMBER, 0);
    putOctal(header + TarFormat.SIZE, TarFormat.LONG_NUMBER, pax.size());
    putOctal(header + TarFormat.MTIME, TarFormat.LONG_NUMBER, 0);
    finishHeader(header, 'x');
    put(pax.array(), pax.size());
    pad(padding(pax.size()));
  }

  /** Returns a short name that fits the header, for programs that do not know pax records. */
  private static byte[] standIn(String directory, byte[] name) {
    byte[] start = ascii(directory);
    int end = name.length;
    while (end > 0 && name[end - 1] == '/') {
      end--;
    }
    byte[] standIn = Arrays.copyOf(start, Math.min(NAME_SIZE, start.length + end));
    System.arraycopy(name, 0, standIn, start.length, standIn.length - start.length);
    return standIn;
  }

  private void writeHeader(
      byte[] name, Entry entry, Metadata metadata, char type, long size, byte[] link)
      throws IOException {
    int header = block();
    putName(header, name);
    putOctal(header + TarFormat.MODE, TarFormat.SHORT_NUMBER, metadata.mode());
    putOctal(header + TarFormat.UID, TarFormat.SHORT_NUMBER, orZero(metadata.uid(), MAX_SHORT));
    putOctal(header + TarFormat.GID, TarFormat.SHORT_NUMBER, orZero(metadata.gid(), MAX_SHORT));
    putOctal(header + TarFormat.SIZE, TarFormat.LONG_NUMBER, orZero(size, MAX_LONG));
    long seconds = metadata.mtime().getEpochSecond();
    putOctal(header + TarFormat.MTIME, TarFormat.LONG_NUMBER, fits(seconds) ? seconds : 0);
    if (link != null) {
      System.arraycopy(
          link,
          0,
          chunk,
          header + TarFormat.LINK_NAME,
          Math.min(link.length, TarFormat.LINK_NAME_SIZE));
    }
    if (type == '3' || type == '4') {
      putDevice(header + TarFormat.MAJOR, entry.device().major(), entry);
      putDevice(header + TarFormat.MINOR, entry.device().minor(), entry);
    } else {
      putOctal(header + TarFormat.MAJOR, TarFormat.SHORT_NUMBER, 0);
      putOctal(header + TarFormat.MINOR, TarFormat.SHORT_NUMBER, 0);
    }
    finishHeader(header, type);
  }

  private static long orZero(long number, long max) {
    return number > max ? 0 : number;
  }

  private void putDevice(int at, int number, Entry entry) throws IOException {
    // Linux has 12 bits of major and 20 of minor number.
    if (number < 0 || number > MAX_SHORT) {
      throw new IOException("no device number: " + number + " of " + entry);
    }
    putOctal(at, TarFormat.SHORT_NUMBER, number);
  }

  private void putName(int header, byte[] name) {
    int split = splitAt(name);
    if (split > 0) {
      System.arraycopy(name, 0, chunk, header + TarFormat.PREFIX, split - 1);
      System.arraycopy(name, split, chunk, header, name.length - split);
    } else {
      System.arraycopy(name, 0, chunk, header, Math.min(name.length, NAME_SIZE));
    }
  }

  private void finishHeader(int header, char type) {
    chunk[header + TarFormat.TYPE] = (byte) type;
    byte[] magic = ascii("ustar\00000");
    System.arraycopy(magic, 0, chunk, header + TarFormat.MAGIC, magic.length);
    int sum = TarFormat.checksum(chunk, header);
    putOctal(header + TarFormat.CHECKSUM, TarFormat.SHORT_NUMBER - 1, sum);
    chunk[header + TarFormat.CHECKSUM + TarFormat.SHORT_NUMBER - 1] = ' ';
  }

  /** Writes an octal number with leading zeros and a NUL at the end. */
  private void putOctal(int at, int width, long number) {
    long left = number;
    for (int i = at + width - 2; i >= at; i--) {
      chunk[i] = (byte) ('0' + (left & 7));
      left >>>= 3;
    }
    chunk[at + width - 1] = 0;
  }

  /** Room for a header in the chunk, zeroed. */
  private int block() throws IOException {
    if (CHUNK - filled < BLOCK) {
      flushChunk();
    }
    int start = filled;
    Arrays.fill(chunk, start, start + BLOCK, (byte) 0);
    filled += BLOCK;
    return start;
  }

  private void put(byte[] bytes, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (filled == CHUNK) {
        flushChunk();
      }
      int count = Math.min(length - done, CHUNK - filled);
      System.arraycopy(bytes, done, chunk, filled, count);
      filled += count;
      done += count;
    }
  }

  private void pad(int length) throws IOException {
    put(ZEROS, length);
  }

  private void flushChunk() throws IOException {
    out.write(chunk, 0, filled);
    filled = 0;
  }

  /** Hands everything written so far to the stream given. */
  public void flush() throws IOException {
    flushChunk();
  }

  /** Writes the end of the archive and flushes; the stream given stays open. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (!broken) {
      pad(2 * BLOCK);
      flushChunk();
      out.flush();
    }
  }
}
