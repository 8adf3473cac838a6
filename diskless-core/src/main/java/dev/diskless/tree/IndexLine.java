package dev.diskless.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.tree.Content.Extent;
import dev.diskless.tree.Entry.Type;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the lines of {@link TreeIndex}, words apart by one space. What is wrong is an
 * IllegalArgumentException or an IndexOutOfBoundsException.
 */
final class IndexLine {

  private final Map<Integer, SharedFile> sources = new HashMap<>();

  /** Most entries have the time and layer of many others. */
  private final Map<String, Instant> times = new HashMap<>();

  private final Map<String, String> layers = new HashMap<>();

  private String line;
  private int at;

  void set(String text) {
    line = text;
    at = 0;
  }

  String word() {
    if (at > line.length()) {
      throw new IllegalArgumentException("something is missing at its end");
    }
    int space = line.indexOf(' ', at);
    int end = space < 0 ? line.length() : space;
    String word = line.substring(at, end);
    at = end + 1;
    return word;
  }

  private boolean hasMore() {
    return at < line.length();
  }

  long number() {
    return Long.parseLong(word());
  }

  String text() {
    return decoded(unescaped(word()));
  }

  private static String decoded(String raw) {
    return new String(raw.getBytes(ISO_8859_1), UTF_8);
  }

  TreePath path() {
    String word = word();
    if (!word.startsWith("/")) {
      throw new IllegalArgumentException("no path: " + word);
    }
    return TreePath.ofRaw(unescaped(word.substring(1)));
  }

  void addSource() {
    int number = (int) number();
    sources.put(number, new SharedFile(RawPaths.path(unescaped(word()))));
  }

  Entry entry(String layer) {
    TreePath path = path();
    String type = word();
    int mode = -1;
    long uid = -1;
    long gid = -1;
    Instant time = null;
    long size = -1;
    String file = null;
    String slice = null;
    byte[] bytes = null;
    List<Extent> extents = null;
    Optional<Digest> digest = Optional.empty();
    String target = null;
    String device = null;
    long inode = Entry.SINGLE;
    String from = layer;
    Map<String, byte[]> xattrs = null;
    while (hasMore()) {
      String word = word();
      int equals = word.indexOf('=');
      String key = word.substring(0, equals);
      String value = word.substring(equals + 1);
      switch (key) {
        case "mode" -> mode = Integer.parseInt(value, 8);
        case "uid" -> uid = Long.parseLong(value);
        case "gid" -> gid = Long.parseLong(value);
        case "time" -> time = time(value);
        case "size" -> size = Long.parseLong(value);
        case "file" -> file = value;
        case "slice" -> slice = value;
        case "bytes" -> bytes = Base64.getDecoder().decode(value);
        case "data" -> extents = extents(value);
        case "sha256" -> digest = Optional.of(new Digest(value));
        case "target" -> target = unescaped(value);
        case "device" -> device = value;
        case "inode" -> inode = Long.parseLong(value);
        case "from" -> from = layers.computeIfAbsent(value, v -> decoded(unescaped(v)));
        default -> {
          if (!key.startsWith("xattr.")) {
            throw new IllegalArgumentException("no such word: " + key);
          }
          xattrs = xattrs == null ? new HashMap<>() : xattrs;
          xattrs.put(decoded(unescaped(key.substring(6))), Base64.getDecoder().decode(value));
        }
      }
    }
    if (mode < 0 || uid < 0 || gid < 0 || time == null) {
      throw new IllegalArgumentException("mode, uid, gid or time is missing");
    }
    Metadata metadata =
        new Metadata(mode, uid, gid, time, xattrs == null ? Xattrs.NONE : Xattrs.of(xattrs));
    Entry entry =
        switch (type) {
          case "file" -> {
            Content content =
                bytes != null
                    ? new BytesContent(bytes)
                    : file != null
                        ? new FileContent(
                            RawPaths.path(unescaped(file)), checked(size), extents, digest)
                        : slice(present(slice), checked(size), extents, digest);
            yield Entry.file(path, metadata, content, from);
          }
          case "dir" -> Entry.directory(path, metadata, from);
          case "link" -> Entry.symlink(path, metadata, present(target), from);
          case "char" ->
              Entry.device(
                  path, Type.CHARACTER_DEVICE, metadata, TreeIndex.device(present(device)), from);
          case "block" ->
              Entry.device(
                  path, Type.BLOCK_DEVICE, metadata, TreeIndex.device(present(device)), from);
          case "fifo" -> Entry.fifo(path, metadata, from);
          default -> throw new IllegalArgumentException("no such type: " + type);
        };
    return inode == Entry.SINGLE ? entry : entry.withInode(inode);
  }

  private Content slice(String slice, long size, List<Extent> extents, Optional<Digest> digest) {
    int colon = slice.indexOf(':');
    SharedFile source = sources.get(Integer.parseInt(slice, 0, colon, 10));
    if (source == null) {
      throw new IllegalArgumentException("no such source: " + slice);
    }
    long offset = Long.parseLong(slice, colon + 1, slice.length(), 10);
    return new SliceContent(source, offset, size, extents, digest);
  }

  private static long checked(long size) {
    if (size < 0) {
      throw new IllegalArgumentException("the size is missing");
    }
    return size;
  }

  private static String present(String value) {
    if (value == null) {
      throw new IllegalArgumentException("what its type needs is missing");
    }
    return value;
  }

  private Instant time(String text) {
    Instant known = times.get(text);
    if (known != null) {
      return known;
    }
    int point = text.indexOf('.');
    try {
      Instant time =
          point < 0
              ? Instant.ofEpochSecond(Long.parseLong(text))
              : Instant.ofEpochSecond(
                  Long.parseLong(text, 0, point, 10),
                  Integer.parseInt(text, point + 1, text.length(), 10));
      times.put(text, time);
      return time;
    } catch (DateTimeException tooFar) {
      throw new IllegalArgumentException(tooFar);
    }
  }

  private static List<Extent> extents(String text) {
    List<Extent> extents = new ArrayList<>();
    for (String extent : text.isEmpty() ? new String[0] : text.split(",")) {
      int plus = extent.indexOf('+');
      extents.add(
          new Extent(
              Long.parseLong(extent, 0, plus, 10),
              Long.parseLong(extent, plus + 1, extent.length(), 10)));
    }
    return extents;
  }

  private static String unescaped(String text) {
    int backslash = text.indexOf('\\');
    if (backslash < 0) {
      return text;
    }
    StringBuilder raw = new StringBuilder(text.length());
    int done = 0;
    while (backslash >= 0) {
      raw.append(text, done, backslash)
          .append((char) Integer.parseInt(text, backslash + 1, backslash + 4, 8));
      done = backslash + 4;
      backslash = text.indexOf('\\', done);
    }
    return raw.append(text, done, text.length()).toString();
  }
}
