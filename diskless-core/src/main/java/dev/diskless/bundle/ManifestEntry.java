package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a bundle's manifest says of one entry (mtree(5)).
 *
 * @param name its path in the bundle
 * @param type what it is
 * @param mode the twelve permission bits of chmod(2)
 * @param uid owner
 * @param gid group
 * @param time of last modification, in seconds since 1970 with nine decimals
 * @param size of a file in bytes, else 0
 * @param allocated size in bytes of the data that the archive contains of a file; the same as the
 *     size unless the file has holes. In format 1 always the same as the size
 * @param sha256 of a file's content in hexadecimal digits, else empty
 * @param hardlink the first name of the same file, where this is a further name; its bytes one a
 *     {@code char}, else empty. In format 1 always empty
 * @param target of a symbolic link, its bytes one a {@code char}, else empty
 * @param device numbers of a device, {@code major,minor}, else empty
 * @param xattrs extended attributes, the values in Base64
 */
public record ManifestEntry(
    TreePath name,
    Entry.Type type,
    int mode,
    long uid,
    long gid,
    String time,
    long size,
    long allocated,
    String sha256,
    String hardlink,
    String target,
    String device,
    Map<String, String> xattrs) {

  private static final String NATIVE = "native,";

  public ManifestEntry {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    xattrs = Collections.unmodifiableMap(new TreeMap<>(xattrs));
  }

  /**
   * Reads a line of a manifest.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static ManifestEntry parse(String line) {
    TreePath name = null;
    Entry.Type type = null;
    int mode = 0;
    long uid = 0;
    long gid = 0;
    String time = "";
    long size = 0;
    long allocated = -1;
    String sha256 = "";
    String hardlink = "";
    String target = "";
    String device = "";
    Map<String, String> xattrs = Map.of();
    int at = 0;
    while (at < line.length()) {
      int space = line.indexOf(' ', at);
      int end = space < 0 ? line.length() : space;
      int equals = line.indexOf('=', at);
      if (at == 0) {
        name = name(line.substring(0, end));
      } else if (equals < 0 || equals > end) {
        throw new IllegalArgumentException("no keyword: " + line.substring(at, end));
      } else {
        String key = line.substring(at, equals);
        String value = line.substring(equals + 1, end);
        switch (key) {
          case "type" -> type = type(value);
          case "mode" -> mode = Integer.parseInt(value, 8);
          case "uid" -> uid = Long.parseLong(value);
          case "gid" -> gid = Long.parseLong(value);
          case "time" -> time = value;
          case "size" -> size = size(value);
          case "allocated" -> allocated = size(value);
          case "hardlink" -> hardlink = name(value).raw();
          case "sha256digest" -> sha256 = value;
          case "link" -> target = unescaped(value);
          case "device" ->
              device = value.startsWith(NATIVE) ? value.substring(NATIVE.length()) : value;
          default -> {
            if (key.startsWith("xattr.")) {
              if (xattrs.isEmpty()) {
                xattrs = new TreeMap<>();
              }
              String raw = unescaped(key.substring("xattr.".length()));
              xattrs.put(raw, value);
            }
          }
        }
      }
      at = end + 1;
    }
    if (type == null) {
      throw new IllegalArgumentException("no type: " + line);
    }
    if (type != Entry.Type.FILE && (allocated >= 0 || !hardlink.isEmpty())) {
      throw new IllegalArgumentException("only a file has hardlink= or allocated=: " + line);
    }
    if (allocated < 0) {
      allocated = size;
    } else if (allocated > size) {
      throw new IllegalArgumentException("allocated= is larger than size=: " + line);
    }
    return new ManifestEntry(
        name, type, mode, uid, gid, time, size, allocated, sha256, hardlink, target, device,
        xattrs);
  }

  private static long size(String value) {
    long size = Long.parseLong(value);
    if (size < 0) {
      throw new IllegalArgumentException("a size is negative: " + value);
    }
    return size;
  }

  static TreePath name(String word) {
    if (!word.startsWith("./")) {
      throw new IllegalArgumentException("no path: " + word);
    }
    return TreePath.ofRaw(unescaped(word.substring(2)));
  }

  private static Entry.Type type(String word) {
    return switch (word) {
      case "file" -> Entry.Type.FILE;
      case "dir" -> Entry.Type.DIRECTORY;
      case "link" -> Entry.Type.SYMLINK;
      case "char" -> Entry.Type.CHARACTER_DEVICE;
      case "block" -> Entry.Type.BLOCK_DEVICE;
      case "fifo" -> Entry.Type.FIFO;
      default -> throw new IllegalArgumentException("no type: " + word);
    };
  }

  private static String unescaped(String text) {
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

  /**
   * Returns the first name of the file of which this is a name.
   *
   * @return in the bundle, its bytes one a {@code char}
   */
  public String firstName() {
    return hardlink.isEmpty() ? name.raw() : hardlink;
  }

  /**
   * Whether a node or the master would see no difference but the time, the name, and which other
   * names the file has.
   */
  public boolean looksLike(ManifestEntry other) {
    return type == other.type
        && mode == other.mode
        && uid == other.uid
        && gid == other.gid
        && size == other.size
        && sha256.equals(other.sha256)
        && target.equals(other.target)
        && device.equals(other.device)
        && xattrs.equals(other.xattrs);
  }

  public boolean isFile() {
    return type == Entry.Type.FILE;
  }

  /** A symbolic link's target for people; never to be parsed. */
  public String displayTarget() {
    return new String(target.getBytes(ISO_8859_1), java.nio.charset.StandardCharsets.UTF_8);
  }
}
