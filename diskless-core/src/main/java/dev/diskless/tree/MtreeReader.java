package dev.diskless.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.Entry.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the lines of {@link MtreeWriter}. Content of files cannot be opened. */
public class MtreeReader {

  /** Stands before a file's SHA-256. */
  public static final String DIGEST = " sha256digest=";

  /** Precedes the digest of a file with large holes ({@link SparseDigest}). */
  static final String SPARSE_DIGEST = " sparsedigest=";

  private static final String NATIVE = "native,";

  /** Many entries have the same time. */
  private final Map<String, Instant> times = new HashMap<>();

  private final TreePath folder;
  private final String layer;

  /**
   * An entry of a line.
   *
   * @param entry with its path below the reader's folder
   * @param hardLink the first name of the same file, as the line has it; empty unless the entry is
   *     a further name
   */
  public record Line(Entry entry, Optional<TreePath> hardLink) {}

  /**
   * @param folder contains all entries that are read; their paths become relative to it
   * @param layer name of the layer that the entries belong to
   */
  public MtreeReader(TreePath folder, String layer) {
    this.folder = folder;
    this.layer = layer;
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is damaged, or its path is not in the folder
   */
  public final Line read(String line) {
    int end = wordEnd(line, 0);
    TreePath path = path(line.substring(0, end)).relativeTo(folder);
    Type type = null;
    int mode = -1;
    long uid = -1;
    long gid = -1;
    Instant time = null;
    long size = -1;
    long allocated = -1;
    Optional<Digest> digest = Optional.empty();
    Optional<TreePath> hardLink = Optional.empty();
    String target = null;
    Device device = null;
    Map<String, byte[]> xattrs = Map.of();
    while (end < line.length()) {
      int start = end + 1;
      end = wordEnd(line, start);
      int equals = line.indexOf('=', start);
      if (equals < 0 || equals > end) {
        keyword(line.substring(start, end));
        continue;
      }
      String key = line.substring(start, equals);
      String value = line.substring(equals + 1, end);
      switch (key) {
        case "type" -> type = type(value);
        case "mode" -> mode = Integer.parseInt(value, 8);
        case "uid" -> uid = Long.parseLong(value);
        case "gid" -> gid = Long.parseLong(value);
        case "time" -> time = times.computeIfAbsent(value, MtreeReader::time);
        case "size" -> size = size(value);
        case "allocated" -> allocated = size(value);
        case "hardlink" -> hardLink = Optional.of(path(value));
        case "sha256digest" -> digest = Optional.of(new Digest(value));
        case "sparsedigest" -> digest = Optional.of(new Digest(value, true));
        case "link" -> target = unescaped(value);
        case "device" -> device = device(value);
        default -> {
          if (key.startsWith("xattr.")) {
            xattrs = xattrs.isEmpty() ? new TreeMap<>() : xattrs;
            xattrs.put(text(key.substring("xattr.".length())), Base64.getDecoder().decode(value));
          } else {
            keyword(key, value);
          }
        }
      }
    }
    if (type == null || mode < 0 || uid < 0 || gid < 0 || time == null) {
      throw new IllegalArgumentException("type, mode, uid, gid or time is missing: " + line);
    }
    if (type != Type.FILE && (allocated >= 0 || hardLink.isPresent())) {
      throw new IllegalArgumentException("only a file has hardlink= or allocated=: " + line);
    }
    String layer = layer();
    Metadata metadata = new Metadata(mode, uid, gid, time, Xattrs.of(xattrs));
    Entry entry =
        switch (type) {
          case FILE ->
              Entry.file(
                  path,
                  metadata,
                  content(required(size, line), allocated < 0 ? size : allocated, digest),
                  layer);
          case DIRECTORY -> Entry.directory(path, metadata, layer);
          case SYMLINK -> Entry.symlink(path, metadata, required(target, line), layer);
          case CHARACTER_DEVICE, BLOCK_DEVICE ->
              Entry.device(path, type, metadata, required(device, line), layer);
          case FIFO -> Entry.fifo(path, metadata, layer);
          case SOCKET -> throw new IllegalArgumentException("not a type: socket");
        };
    return new Line(entry, hardLink);
  }

  /** Takes a keyword of other programs. */
  void keyword(String key, String value) {}

  /** Takes a keyword without a value. */
  void keyword(String word) {
    throw new IllegalArgumentException("not a keyword: " + word);
  }

  /** Returns the layer of the entry whose line was read. */
  String layer() {
    return layer;
  }

  /** Returns the content of the file whose line was read. */
  Content content(long size, long dataSize, Optional<Digest> digest) {
    return new RecordedContent(size, dataSize, digest);
  }

  private static int wordEnd(String line, int start) {
    int space = line.indexOf(' ', start);
    return space < 0 ? line.length() : space;
  }

  private static long required(long size, String line) {
    if (size < 0) {
      throw new IllegalArgumentException("size= is missing: " + line);
    }
    return size;
  }

  private static <T> T required(T value, String line) {
    if (value == null) {
      throw new IllegalArgumentException("link= or device= is missing: " + line);
    }
    return value;
  }

  private static long size(String value) {
    long size = Long.parseLong(value);
    if (size < 0) {
      throw new IllegalArgumentException("a size is negative: " + value);
    }
    return size;
  }

  /**
   * Reads a path, which begins with {@code ./}.
   *
   * @throws IllegalArgumentException if it is not a path
   */
  public static TreePath path(String word) {
    if (!word.startsWith("./")) {
      throw new IllegalArgumentException("not a path: " + word);
    }
    return TreePath.ofRaw(unescaped(word.substring(2)));
  }

  private static Type type(String word) {
    for (Type type : Type.values()) {
      if (type != Type.SOCKET && word.equals(MtreeWriter.word(type))) {
        return type;
      }
    }
    throw new IllegalArgumentException("not a type: " + word);
  }

  private static Device device(String value) {
    String[] numbers =
        (value.startsWith(NATIVE) ? value.substring(NATIVE.length()) : value).split(",", -1);
    if (numbers.length != 2) {
      throw new IllegalArgumentException("not a device: " + value);
    }
    return new Device(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
  }

  private static Instant time(String text) {
    int point = text.indexOf('.');
    try {
      return point < 0
          ? Instant.ofEpochSecond(Long.parseLong(text))
          : Instant.ofEpochSecond(
              Long.parseLong(text, 0, point, 10),
              Integer.parseInt(text, point + 1, text.length(), 10));
    } catch (DateTimeException tooFar) {
      throw new IllegalArgumentException("not a time: " + text, tooFar);
    }
  }

  /** Decodes {@link MtreeWriter#escapedText}. */
  static String text(String escaped) {
    return new String(unescaped(escaped).getBytes(ISO_8859_1), UTF_8);
  }

  /** Replaces each backslash with three octal digits by its byte (vis(3), VIS_OCTAL). */
  static String unescaped(String text) {
    int backslash = text.indexOf('\\');
    if (backslash < 0) {
      return text;
    }
    StringBuilder raw = new StringBuilder(text.length());
    int at = 0;
    while (backslash >= 0) {
      if (backslash + 4 > text.length()) {
        throw new IllegalArgumentException("an escape is cut off: " + text);
      }
      raw.append(text, at, backslash);
      raw.append((char) Integer.parseInt(text, backslash + 1, backslash + 4, 8));
      at = backslash + 4;
      backslash = text.indexOf('\\', at);
    }
    return raw.append(text, at, text.length()).toString();
  }
}
