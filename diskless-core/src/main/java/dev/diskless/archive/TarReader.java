package dev.diskless.archive;

import static dev.diskless.archive.TarFormat.BLOCK;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content;
import dev.diskless.tree.Content.Extent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.SharedFile;
import dev.diskless.tree.SliceContent;
import dev.diskless.tree.TreePath;
import dev.diskless.tree.Xattrs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the directory of an uncompressed tar archive once; contents are read from the archive when
 * they are opened.
 *
 * <p>The reader understands these formats:
 *
 * <ul>
 *   <li>POSIX ustar and pax (pax(1)), and V7;
 *   <li>Additions of GNU tar: long names, base-256 numbers, and sparse files of the old form and of
 *       pax forms 0.0, 0.1 and 1.0;
 *   <li>Extended attributes and ACLs as GNU tar, star and libarchive write them (tar(5) of
 *       libarchive, star(5)).
 * </ul>
 *
 * <p>The reader uses the numbers of owners and ignores their names.
 */
public final class TarReader {

  /** The largest pax header or long name that is believed; xattrs of a file are far smaller. */
  private static final int MAX_META = 1 << 24;

  /** PATH_MAX and NAME_MAX of Linux (limits.h). */
  private static final int MAX_PATH = 4096;

  private static final int MAX_NAME = 255;

  /** The largest user or group number: 2^32-1 means none (chown(2)). */
  private static final long MAX_ID = 0xFFFFFFFEL;

  /** Small: most of what lies between two headers is content, and not wanted. */
  private static final int BUFFER = 1 << 13;

  private final Path tar;
  private final String layer;
  private final Problems found;
  private final FileChannel channel;
  private final long end;
  private final SharedFile contents;

  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private long bufferStart;

  private final Map<TreePath, Entry> entries = new HashMap<>();
  private final Map<TreePath, Long> offsets = new HashMap<>();
  private long inodes = Entry.SINGLE;

  private final PaxHeader global = new PaxHeader();
  private PaxHeader pax = new PaxHeader();
  private boolean extended;
  private byte[] longName;
  private byte[] longLink;

  private TarReader(Path tar, String layer, Problems found, FileChannel channel)
      throws IOException {
    this.tar = tar;
    this.layer = layer;
    this.found = found;
    this.channel = channel;
    this.end = channel.size();
    this.contents = new SharedFile(tar);
    buffer.limit(0);
  }

  /**
   * Reads the directory of an archive.
   *
   * @param tar an uncompressed archive; it must stay as it is as long as the tree is used
   * @param layer what the entries come from, in words for people
   * @param problems takes warnings
   * @return a tree with the last entry of each path, as tar would extract it. Missing directories
   *     are created as by {@link FileTree#of}. Names of one file share an inode number and the
   *     metadata of the first name.
   * @throws ProblemException if the archive is corrupt or cut off, or has entries that cannot be in
   *     a tree; names the archive, the entry and its offset
   */
  public static FileTree index(Path tar, String layer, Problems problems) throws IOException {
    Problems found = new Problems();
    try (FileChannel channel = FileChannel.open(tar)) {
      FileTree tree = new TarReader(tar, layer, found, channel).read();
      problems.addAll(found.warnings());
      return tree;
    }
  }

  private FileTree read() throws IOException {
    byte[] block = new byte[BLOCK];
    long position = 0;
    while (true) {
      if (end - position < BLOCK) {
        throw cutOff(position, position == 0 ? "" : "the end of the archive");
      }
      readFully(position, block, BLOCK);
      if (isZero(block)) {
        break;
      }
      position = readEntry(new Header(position, block));
    }
    requireOnlyDirectoriesAbove();
    found.throwIfErrors();
    return FileTree.of(entries.values());
  }

  /**
   * @return where the next header is
   */
  private long readEntry(Header header) throws IOException {
    header.requireChecksum();
    char type = header.type();
    switch (type) {
      case 'x', 'X', 'g', 'L', 'K' -> {
        return readExtension(header, type);
      }
      default -> {
        // Below.
      }
    }
    pax = pax.over(global);
    TreePath path;
    long next;
    try {
      header.name = name(header);
      path = path(header, header.name, "the name");
      boolean endsInSlash = header.name.length > 0 && header.name[header.name.length - 1] == '/';
      next =
          switch (type) {
            case 0, '0', '7' -> endsInSlash ? readDirectory(header, path) : readFile(header, path);
            case 'S' -> readGnuSparse(header, path);
            case '1' -> readHardLink(header, path);
            case '2' -> {
              put(
                  header,
                  path == null
                      ? null
                      : Entry.symlink(
                          path, metadata(header), raw(linkName(header, "symbolic link")), layer));
              yield afterNoData(header);
            }
            case '3' -> readDevice(header, path, Entry.Type.CHARACTER_DEVICE);
            case '4' -> readDevice(header, path, Entry.Type.BLOCK_DEVICE);
            case '5', 'D' -> readDirectory(header, path);
            case '6' -> {
              put(header, path == null ? null : Entry.fifo(path, metadata(header), layer));
              yield afterNoData(header);
            }
            case 'V' -> header.dataStart() + header.paddedSize(); // the name of the volume
            default -> {
              found.add(
                  header.problem(
                      "is of the unknown type '" + TreePathText.of(new byte[] {(byte) type}) + "'",
                      "create the archive again with GNU tar or bsdtar, on one volume"));
              yield header.dataStart() + header.paddedSize();
            }
          };
    } finally {
      pax = new PaxHeader();
      extended = false;
      longName = null;
      longLink = null;
    }
    return next;
  }

  private long readExtension(Header header, char type) throws IOException {
    long size = header.number(TarFormat.SIZE, TarFormat.LONG_NUMBER, "size");
    header.requireData(header.dataStart(), size);
    if (size > MAX_META) {
      throw header.exception(
          "has an extended header of %d bytes, more than any entry needs".formatted(size),
          "create the archive again, because it is corrupt");
    }
    byte[] body = new byte[(int) size];
    readFully(header.dataStart(), body, body.length);
    switch (type) {
      case 'g' -> {
        header.parse(global, body);
        global.dropEmpty();
      }
      case 'L' -> longName = untilNul(body, 0, body.length);
      case 'K' -> longLink = untilNul(body, 0, body.length);
      default -> {
        header.parse(pax, body);
        extended = true;
      }
    }
    return header.dataStart() + size + TarFormat.padding(size);
  }

  private byte[] name(Header header) {
    byte[] sparseName = pax.get(TarFormat.SPARSE_NAME);
    if (sparseName != null) {
      return sparseName;
    }
    byte[] path = pax.get("path");
    if (path != null) {
      return path;
    }
    return longName != null ? longName : header.ownName();
  }

  private byte[] linkName(Header header, String kind) {
    byte[] path = pax.get("linkpath");
    byte[] link =
        path != null
            ? path
            : longLink != null
                ? longLink
                : untilNul(header.block, TarFormat.LINK_NAME, TarFormat.LINK_NAME_SIZE);
    if (link.length == 0 || link.length > MAX_PATH) {
      found.add(
          header.problem(
              link.length == 0
                  ? "is a " + kind + " without a target"
                  : "has a link of %d bytes; Linux allows %d".formatted(link.length, MAX_PATH),
              "create the archive again, because it is corrupt"));
      return new byte[] {'?'};
    }
    return link;
  }

  /** Returns the path of a name, or null after it reported that the name is not a valid path. */
  private TreePath path(Header header, byte[] name, String what) {
    String wrong = null;
    if (name.length == 0) {
      wrong = what + " is empty";
    } else if (name.length > MAX_PATH || longestComponent(name) > MAX_NAME) {
      wrong =
          "%s is too long: Linux allows %d bytes, and %d between two slashes"
              .formatted(what, MAX_PATH, MAX_NAME);
    } else if (name[0] == '/') {
      found.add(
          header.problem(
              "%s is absolute: %s".formatted(what, TreePathText.of(name)),
              "create the archive with `tar -C DIRECTORY -c .`, without -P"));
      return null;
    } else {
      try {
        return TreePath.ofBytes(name);
      } catch (IllegalArgumentException up) {
        wrong = up.getMessage();
      }
    }
    found.add(header.problem(wrong, "create the archive again with `tar -C DIRECTORY -c .`"));
    return null;
  }

  private static int longestComponent(byte[] name) {
    int longest = 0;
    int length = 0;
    for (byte b : name) {
      length = b == '/' ? 0 : length + 1;
      longest = Math.max(longest, length);
    }
    return longest;
  }

  private static String raw(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  private long readDirectory(Header header, TreePath path) throws IOException {
    put(header, path == null ? null : Entry.directory(path, metadata(header), layer));
    // GNU tar's incremental archives list the names of the directory as its data.
    return header.type() == 'D' ? header.dataStart() + header.paddedSize() : afterNoData(header);
  }

  private long readDevice(Header header, TreePath path, Entry.Type type) throws IOException {
    long major = deviceNumber(header, TarFormat.MAJOR, "SCHILY.devmajor");
    long minor = deviceNumber(header, TarFormat.MINOR, "SCHILY.devminor");
    if (path != null) {
      Entry.Device device = new Entry.Device((int) major, (int) minor);
      put(header, Entry.device(path, type, metadata(header), device, layer));
    }
    return afterNoData(header);
  }

  private long deviceNumber(Header header, int field, String keyword) {
    byte[] record = pax.get(keyword);
    long number =
        record == null
            ? header.number(field, TarFormat.SHORT_NUMBER, "device number")
            : header.decimal(record, keyword);
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw header.exception(
          "has a device number out of range: " + number,
          "create the archive again, because" + " it is corrupt");
    }
    return number;
  }

  private long readHardLink(Header header, TreePath path) throws IOException {
    byte[] link = linkName(header, "hard link");
    TreePath target = path(header, link, "the target of the hard link");
    if (path != null && target != null && !path.equals(target)) {
      Entry first = entries.get(target);
      if (first == null || first.isDirectory()) {
        found.add(
            header.problem(
                "is a hard link to %s, which is %s"
                    .formatted(target, first == null ? "not before it" : "a directory"),
                "create the archive again from the whole tree, not from a part of it"));
      } else {
        if (first.inode() == Entry.SINGLE) {
          first = first.withInode(++inodes);
          entries.put(target, first);
        }
        put(header, first.withPath(path));
      }
    }
    return afterNoData(header);
  }

  private long readFile(Header header, TreePath path) throws IOException {
    long size = header.size();
    header.requireData(header.dataStart(), size);
    if (pax.get(TarFormat.SPARSE_MAJOR) != null
        || pax.get(TarFormat.SPARSE_SIZE) != null
        || pax.get(TarFormat.SPARSE_MAP) != null) {
      readPaxSparse(header, path, size);
    } else if (path != null) {
      Content content =
          new SliceContent(contents, header.dataStart(), size, null, Optional.empty());
      put(header, Entry.file(path, metadata(header), content, layer));
    }
    return header.dataStart() + size + TarFormat.padding(size);
  }

  private void readPaxSparse(Header header, TreePath path, long size) throws IOException {
    byte[] major = pax.get(TarFormat.SPARSE_MAJOR);
    byte[] realSize = pax.get(TarFormat.SPARSE_REAL_SIZE);
    if (realSize == null) {
      realSize = pax.get(TarFormat.SPARSE_SIZE);
    }
    if (realSize == null) {
      throw header.exception(
          "is a sparse file without its real size",
          "create the archive again, because it is" + " corrupt");
    }
    long real = header.decimal(realSize, "real size");
    List<long[]> map = new ArrayList<>();
    long data = header.dataStart();
    if (major == null || header.decimal(major, TarFormat.SPARSE_MAJOR) == 0) {
      byte[] list = pax.get(TarFormat.SPARSE_MAP);
      if (list == null) {
        map.addAll(pax.sparsePairs(header));
      } else {
        String[] numbers = raw(list).isEmpty() ? new String[0] : raw(list).split(",", -1);
        if (numbers.length % 2 != 0) {
          throw header.badSparse();
        }
        for (int i = 0; i < numbers.length; i += 2) {
          map.add(
              new long[] {
                header.decimal(TarFormat.bytes(numbers[i]), "map"),
                header.decimal(TarFormat.bytes(numbers[i + 1]), "map")
              });
        }
      }
    } else if (header.decimal(major, TarFormat.SPARSE_MAJOR) == 1) {
      SparseMap text = new SparseMap(header, size);
      long count = text.number();
      for (long i = 0; i < count; i++) {
        map.add(new long[] {text.number(), text.number()});
      }
      data += text.paddedLength();
    } else {
      throw header.exception(
          "is a sparse file of an unknown version " + raw(major),
          "create the archive again with --sparse-version=1.0");
    }
    putSparse(header, path, real, map, data, size - (data - header.dataStart()));
  }

  private long readGnuSparse(Header header, TreePath path) throws IOException {
    if (!header.isGnu()) {
      throw header.exception(
          "is a sparse file of an unknown form",
          "create the archive again with GNU tar, or without --sparse");
    }
    List<long[]> map = new ArrayList<>();
    addPairs(header, header.block, TarFormat.GNU_SPARSE, TarFormat.GNU_SPARSE_PAIRS, map);
    boolean more = header.block[TarFormat.GNU_SPARSE_MORE] != 0;
    long position = header.dataStart();
    byte[] block = new byte[BLOCK];
    while (more) {
      header.requireData(position, BLOCK);
      readFully(position, block, BLOCK);
      addPairs(header, block, 0, TarFormat.GNU_MORE_PAIRS, map);
      more = block[TarFormat.GNU_MORE_MORE] != 0;
      position += BLOCK;
    }
    long size = header.size();
    header.requireData(position, size);
    byte[] schily = pax.get("SCHILY.realsize");
    long real =
        schily != null
            ? header.decimal(schily, "SCHILY.realsize")
            : header.number(TarFormat.GNU_REAL_SIZE, TarFormat.LONG_NUMBER, "real size");
    putSparse(header, path, real, map, position, size);
    return position + size + TarFormat.padding(size);
  }

  private void addPairs(Header header, byte[] block, int at, int count, List<long[]> map) {
    for (int i = 0; i < count; i++) {
      int pair = at + i * 2 * TarFormat.LONG_NUMBER;
      if (block[pair] == 0 || block[pair + TarFormat.LONG_NUMBER] == 0) {
        return; // not used; a zero would be a digit
      }
      map.add(
          new long[] {
            header.number(block, pair, TarFormat.LONG_NUMBER, "sparse map"),
            header.number(block, pair + TarFormat.LONG_NUMBER, TarFormat.LONG_NUMBER, "sparse map")
          });
    }
  }

  private void putSparse(
      Header header, TreePath path, long real, List<long[]> map, long data, long size)
      throws IOException {
    List<Extent> extents = new ArrayList<>();
    long last = 0;
    long total = 0;
    for (long[] pair : map) {
      if (pair[0] < last || pair[1] < 0 || pair[0] > real || pair[1] > real - pair[0]) {
        throw header.badSparse();
      }
      int count = extents.size();
      if (pair[1] > 0 && count > 0 && pair[0] == last) {
        Extent before = extents.remove(count - 1);
        extents.add(new Extent(before.offset(), before.length() + pair[1]));
      } else if (pair[1] > 0) {
        extents.add(new Extent(pair[0], pair[1]));
      }
      last = pair[0] + pair[1];
      total += pair[1];
    }
    if (total != size) {
      throw header.badSparse();
    }
    if (path != null) {
      Content content = new SliceContent(contents, data, real, extents, Optional.empty());
      put(header, Entry.file(path, metadata(header), content, layer));
    }
  }

  /**
   * Returns the position of the next header after an entry without data, such as a link or a
   * device. Some programs write the size of the target of a hard link. Others (pax -o linkdata)
   * even repeat its bytes. A valid header after this header shows that no data follows.
   */
  private long afterNoData(Header header) throws IOException {
    long size = header.size();
    if (size == 0 || end - header.dataStart() < BLOCK) {
      return header.dataStart();
    }
    byte[] next = new byte[BLOCK];
    readFully(header.dataStart(), next, BLOCK);
    if (isZero(next) || new Header(header.dataStart(), next).isChecksumRight()) {
      return header.dataStart();
    }
    header.requireData(header.dataStart(), size);
    return header.dataStart() + size + TarFormat.padding(size);
  }

  private void put(Header header, Entry entry) {
    if (entry == null) {
      return; // its name was already reported as a problem
    }
    if (entry.path().isRoot() && !entry.isDirectory()) {
      found.add(
          header.problem(
              "is the root of the tree, but not a directory",
              "create the archive from a" + " directory"));
      return;
    }
    entries.put(entry.path(), entry);
    offsets.put(entry.path(), header.position);
  }

  private void requireOnlyDirectoriesAbove() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparing(Entry::path));
    for (Entry entry : sorted) {
      if (entry.path().isRoot()) {
        continue;
      }
      Entry parent = entries.get(entry.path().parent());
      if (parent != null && !parent.isDirectory()) {
        found.add(
            problem(
                entry.path().toString(),
                offsets.get(entry.path()),
                "lies below %s, which is %s"
                    .formatted(
                        parent.path(), parent.isSymlink() ? "a symbolic link" : "not a directory"),
                "create the archive from one tree, not from several trees in the same place"));
      }
    }
  }

  private Metadata metadata(Header header) {
    byte[] mtime = pax.get("mtime");
    Xattrs xattrs = xattrs(header);
    int mode = (int) header.number(TarFormat.MODE, TarFormat.SHORT_NUMBER, "mode") & 07777;
    if (xattrs.names().contains("system.posix_acl_access")) {
      mode = PosixAcl.mode(xattrs.value("system.posix_acl_access"), mode);
    }
    return new Metadata(
        mode,
        id(header, TarFormat.UID, "uid"),
        id(header, TarFormat.GID, "gid"),
        mtime == null
            ? header.instant(header.number(TarFormat.MTIME, TarFormat.LONG_NUMBER, "time"), 0)
            : header.instant(mtime),
        xattrs);
  }

  private long id(Header header, int field, String keyword) {
    byte[] record = pax.get(keyword);
    long id =
        record == null
            ? header.number(field, TarFormat.SHORT_NUMBER, keyword)
            : header.decimal(record, keyword);
    if (id < 0 || id > MAX_ID) {
      found.add(
          header.problem(
              "has the %s %d, which Linux does not support".formatted(keyword, id),
              "give the file an owner from 0 to " + MAX_ID + " before it is packed"));
      return 0;
    }
    return id;
  }

  private Xattrs xattrs(Header header) {
    if (!extended && !global.hasXattrs()) {
      return Xattrs.NONE;
    }
    NavigableMap<String, byte[]> values = new TreeMap<>();
    List<String> notUnderstood = pax.xattrs(values);
    for (String what : notUnderstood) {
      found.add(
          Problem.warning(
              Location.of(tar.toString()),
              "%s at byte %d: %s is not supported and not copied"
                  .formatted(TreePathText.of(header.name), header.position, what),
              "create the archive with `tar --xattrs --xattrs-include='*' --numeric-owner`"));
    }
    return Xattrs.of(values);
  }

  private void readFully(long position, byte[] into, int length) throws IOException {
    int done = 0;
    while (done < length) {
      long at = position + done;
      if (at < bufferStart || at >= bufferStart + buffer.limit()) {
        buffer.clear();
        int count = channel.read(buffer, at);
        if (count <= 0) {
          throw cutOff(at, "the rest");
        }
        buffer.flip();
        bufferStart = at;
      }
      int offset = (int) (at - bufferStart);
      int count = Math.min(length - done, buffer.limit() - offset);
      buffer.get(offset, into, done, count);
      done += count;
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] untilNul(byte[] bytes, int start, int size) {
    int length = 0;
    while (length < size && bytes[start + length] != 0) {
      length++;
    }
    return Arrays.copyOfRange(bytes, start, start + length);
  }

  private ProblemException cutOff(long position, String missing) {
    return new ProblemException(
        Problem.error(
            Location.of(tar.toString()),
            missing.isEmpty()
                ? "is not a tar archive: it has %d bytes".formatted(end)
                : "is cut off: %s is missing at byte %d".formatted(missing, position),
            "copy or create the archive again, and compare its checksum"));
  }

  private Problem problem(String entry, long position, String message, String remedy) {
    return Problem.error(
        Location.of(tar.toString()),
        "%s at byte %d: %s".formatted(entry, position, message),
        remedy);
  }

  /** Header block of an entry. */
  final class Header {

    private final long position;
    private final byte[] block;
    private byte[] name;

    Header(long position, byte[] block) {
      this.position = position;
      this.block = block;
    }

    char type() {
      return (char) (block[TarFormat.TYPE] & 0xFF);
    }

    long dataStart() {
      return position + BLOCK;
    }

    boolean isGnu() {
      return raw(Arrays.copyOfRange(block, TarFormat.MAGIC, TarFormat.MAGIC + 6)).equals("ustar ");
    }

    private boolean isUstar() {
      return raw(Arrays.copyOfRange(block, TarFormat.MAGIC, TarFormat.MAGIC + 6)).equals("ustar\0");
    }

    /** The name of the header itself; GNU's own headers have other things where the prefix is. */
    byte[] ownName() {
      byte[] last = untilNul(block, TarFormat.NAME, TarFormat.NAME_SIZE);
      if (!isUstar() || block[TarFormat.PREFIX] == 0) {
        return last;
      }
      byte[] first = untilNul(block, TarFormat.PREFIX, TarFormat.PREFIX_SIZE);
      byte[] whole = Arrays.copyOf(first, first.length + 1 + last.length);
      whole[first.length] = '/';
      System.arraycopy(last, 0, whole, first.length + 1, last.length);
      return whole;
    }

    boolean isChecksumRight() {
      long sum;
      try {
        sum = parse(block, TarFormat.CHECKSUM, TarFormat.SHORT_NUMBER);
      } catch (NumberFormatException notOctal) {
        return false;
      }
      return sum == TarFormat.checksum(block, 0) || sum == TarFormat.signedChecksum(block, 0);
    }

    void requireChecksum() throws IOException {
      if (isChecksumRight()) {
        return;
      }
      if (position > 0) {
        throw exception(
            "the checksum of the header is wrong",
            "copy or create the archive again, because it is corrupt from here on");
      }
      Compression compression = Compression.detect(tar);
      throw new ProblemException(
          Problem.error(
              Location.of(tar.toString()),
              compression == Compression.NONE
                  ? "is not a tar archive: the checksum of the first header is wrong"
                  : "is compressed by " + compression.name().toLowerCase(Locale.ROOT),
              compression == Compression.NONE
                  ? "choose an archive created with `tar -C DIRECTORY -c .`"
                  : "decompress it first"));
    }

    /** Size of the data in bytes. A pax "size" record overrides the header field. */
    long size() {
      byte[] record = pax.get("size");
      long size =
          record == null
              ? number(TarFormat.SIZE, TarFormat.LONG_NUMBER, "size")
              : decimal(record, "size");
      if (size < 0) {
        throw exception(
            "has a negative size: " + size, "create the archive again, because it" + " is corrupt");
      }
      return size;
    }

    long paddedSize() {
      long size = size();
      requireData(dataStart(), size);
      return size + TarFormat.padding(size);
    }

    void requireData(long start, long size) {
      if (size < 0) {
        throw exception(
            "has a negative size: " + size, "create the archive again, because it" + " is corrupt");
      }
      if (size > end - start) {
        throw exception(
            "the archive is cut off: %d bytes of the entry's %d are missing"
                .formatted(size - Math.max(0, end - start), size),
            "copy or create the archive again, and compare its checksum");
      }
    }

    long number(int field, int width, String what) {
      return number(block, field, width, what);
    }

    long number(byte[] bytes, int field, int width, String what) {
      try {
        return parse(bytes, field, width);
      } catch (NumberFormatException notOctal) {
        throw exception(
            "has no valid number for its %s: '%s'"
                .formatted(what, TreePathText.of(Arrays.copyOfRange(bytes, field, field + width))),
            "create the archive again, because it is corrupt");
      }
    }

    /** Octal digits, or base-256 where the first bit is set (GNU tar, star). */
    private static long parse(byte[] bytes, int field, int width) {
      int first = bytes[field] & 0xFF;
      if (first >= 0x80) {
        boolean negative = (first & 0x40) != 0;
        long number = negative ? -1L << 6 | first & 0x3F : first & 0x3F;
        for (int i = field + 1; i < field + width; i++) {
          if (number != number << 8 >> 8) {
            throw new NumberFormatException();
          }
          number = number << 8 | bytes[i] & 0xFF;
        }
        return number;
      }
      int at = field;
      int stop = field + width;
      while (at < stop && bytes[at] == ' ') {
        at++;
      }
      long number = 0;
      while (at < stop && bytes[at] >= '0' && bytes[at] <= '7') {
        number = number << 3 | bytes[at] - '0';
        at++;
      }
      while (at < stop) {
        if (bytes[at] != 0 && bytes[at] != ' ') {
          throw new NumberFormatException();
        }
        at++;
      }
      return number;
    }

    long decimal(byte[] digits, String what) {
      String text = raw(digits);
      try {
        if (text.startsWith("+")) {
          throw new NumberFormatException();
        }
        return Long.parseLong(text);
      } catch (NumberFormatException notDecimal) {
        throw exception(
            "has no valid number for its %s: '%s'".formatted(what, TreePathText.of(digits)),
            "create the archive again, because it is corrupt");
      }
    }

    Instant instant(long seconds, long nanos) {
      try {
        return Instant.ofEpochSecond(seconds, nanos);
      } catch (DateTimeException tooFar) {
        throw exception(
            "has a time out of range: " + seconds,
            "create the archive again, because it is" + " corrupt");
      }
    }

    /** Returns the time of a decimal number of seconds. Digits after the nanosecond are ignored. */
    Instant instant(byte[] decimal) {
      String text = raw(decimal);
      int point = text.indexOf('.');
      String whole = point < 0 ? text : text.substring(0, point);
      String fraction = point < 0 ? "" : text.substring(point + 1);
      boolean negative = whole.startsWith("-");
      if (!fraction.chars().allMatch(c -> c >= '0' && c <= '9')) {
        decimal(decimal, "time");
      }
      long seconds = whole.equals("-") ? 0 : decimal(TarFormat.bytes(whole), "time");
      long nanos = Long.parseLong((fraction + "000000000").substring(0, 9));
      return instant(seconds, negative ? -nanos : nanos);
    }

    void parse(PaxHeader into, byte[] body) {
      try {
        into.parse(body);
      } catch (IllegalArgumentException corrupt) {
        throw exception(
            "has a corrupt pax header: " + corrupt.getMessage(),
            "create the archive again, because it is corrupt");
      }
    }

    ProblemException badSparse() {
      return exception(
          "is a sparse file with a map that does not match its size",
          "create the archive" + " again, because it is corrupt");
    }

    Problem problem(String message, String remedy) {
      byte[] called = name != null ? name : ownName();
      return TarReader.this.problem(TreePathText.of(called), position, message, remedy);
    }

    /** Returns an exception with this problem and all problems found before. */
    ProblemException exception(String message, String remedy) {
      List<Problem> all = new ArrayList<>(found.all());
      all.add(problem(message, remedy));
      return new ProblemException(all);
    }
  }

  /** The map of a sparse file of form 1.0: decimal numbers, each on a line, before the data. */
  private final class SparseMap {

    private final Header header;
    private final long size;
    private final byte[] part = new byte[BLOCK];
    private long read;
    private int at = BLOCK;

    SparseMap(Header header, long size) {
      this.header = header;
      this.size = size;
    }

    long number() throws IOException {
      long number = 0;
      int digits = 0;
      while (true) {
        if (at == BLOCK) {
          if (size - read < BLOCK) {
            throw header.badSparse();
          }
          readFully(header.dataStart() + read, part, BLOCK);
          read += BLOCK;
          at = 0;
        }
        byte b = part[at++];
        if (b == '\n' && digits > 0) {
          return number;
        }
        if (b < '0' || b > '9' || ++digits > 18) {
          throw header.badSparse();
        }
        number = 10 * number + b - '0';
      }
    }

    long paddedLength() {
      return read;
    }
  }
}
