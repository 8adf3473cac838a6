package dev.diskless.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * Path inside a tree, relative to its root, without leading and trailing slashes. The path of the
 * root is empty.
 *
 * <p>File names of Linux are bytes without a fixed encoding. A path therefore keeps the bytes, one
 * per {@code char}, independent of the locale: {@link #raw()}. Only {@link #toString()} decodes
 * them.
 *
 * <p>Paths are sorted by their bytes. The slash sorts before all other bytes, so that a directory
 * comes immediately before its contents.
 */
public final class TreePath implements Comparable<TreePath> {

  /** The root of a tree. */
  public static final TreePath ROOT = new TreePath("");

  private final String raw;

  private TreePath(String raw) {
    this.raw = raw;
  }

  /**
   * Returns the path of a text, encoded in UTF-8. Leading, trailing and doubled slashes are
   * ignored, and also a leading {@code ./}.
   *
   * @throws IllegalArgumentException if a component is {@code ..} or has a NUL
   */
  public static TreePath of(String path) {
    return ofRaw(new String(path.getBytes(UTF_8), ISO_8859_1));
  }

  /**
   * Returns the path of these bytes, one per {@code char}.
   *
   * @throws IllegalArgumentException if a component is {@code ..} or contains a NUL, or if a char
   *     is greater than 255
   */
  public static TreePath ofRaw(String raw) {
    return isNormal(raw) ? (raw.isEmpty() ? ROOT : new TreePath(raw)) : normalize(raw);
  }

  /** Returns the path of bytes from a file system or an archive. */
  public static TreePath ofBytes(byte[] bytes) {
    return ofRaw(new String(bytes, ISO_8859_1));
  }

  private static boolean isNormal(String raw) {
    int start = 0;
    int length = raw.length();
    for (int i = 0; i <= length; i++) {
      char c = i == length ? '/' : raw.charAt(i);
      if (c == 0 || c > 0xFF) {
        return false;
      }
      if (c == '/') {
        int size = i - start;
        if (size == 0 && length > 0
            || size == 1 && raw.charAt(start) == '.'
            || size == 2 && raw.charAt(start) == '.' && raw.charAt(start + 1) == '.') {
          return false;
        }
        start = i + 1;
      }
    }
    return true;
  }

  private static TreePath normalize(String raw) {
    List<String> kept = new ArrayList<>();
    for (String name : raw.split("/")) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      if (name.equals("..")) {
        throw new IllegalArgumentException(
            "a path in a tree cannot go up: " + RawPaths.display(raw));
      }
      if (name.chars().anyMatch(c -> c == 0 || c > 0xFF)) {
        throw new IllegalArgumentException(
            "not a path: " + RawPaths.display(raw.replace('\0', '?')));
      }
      kept.add(name);
    }
    return kept.isEmpty() ? ROOT : new TreePath(String.join("/", kept));
  }

  /** The bytes, one a {@code char}. */
  public String raw() {
    return raw;
  }

  /** The bytes. */
  public byte[] bytes() {
    return raw.getBytes(ISO_8859_1);
  }

  public boolean isRoot() {
    return raw.isEmpty();
  }

  /**
   * The directory that it is in.
   *
   * @throws IllegalStateException for the root
   */
  public TreePath parent() {
    if (isRoot()) {
      throw new IllegalStateException("the root has no parent");
    }
    int slash = raw.lastIndexOf('/');
    return slash < 0 ? ROOT : new TreePath(raw.substring(0, slash));
  }

  /** The directory that it is in; the root for the root. */
  public TreePath parentOrRoot() {
    return isRoot() ? ROOT : parent();
  }

  /** The last component, as bytes one a {@code char}; empty for the root. */
  public String rawName() {
    return raw.substring(raw.lastIndexOf('/') + 1);
  }

  /** How many components it has. */
  public int depth() {
    return isRoot() ? 0 : 1 + (int) raw.chars().filter(c -> c == '/').count();
  }

  /** A path below this one. */
  public TreePath resolve(TreePath below) {
    if (isRoot()) {
      return below;
    }
    return below.isRoot() ? this : new TreePath(raw + "/" + below.raw);
  }

  /** A path below this one, from text. */
  public TreePath resolve(String below) {
    return resolve(of(below));
  }

  /** Whether it is the other path or lies below it. */
  public boolean startsWith(TreePath other) {
    return other.isRoot()
        || raw.startsWith(other.raw)
            && (raw.length() == other.raw.length() || raw.charAt(other.raw.length()) == '/');
  }

  /** The rest of this path below an ancestor. */
  public TreePath relativeTo(TreePath ancestor) {
    if (!startsWith(ancestor)) {
      throw new IllegalArgumentException(this + " is not below " + ancestor);
    }
    if (ancestor.isRoot()) {
      return this;
    }
    return raw.length() == ancestor.raw.length()
        ? ROOT
        : new TreePath(raw.substring(ancestor.raw.length() + 1));
  }

  @Override
  public int compareTo(TreePath other) {
    int shared = Math.min(raw.length(), other.raw.length());
    for (int i = 0; i < shared; i++) {
      char mine = raw.charAt(i);
      char theirs = other.raw.charAt(i);
      if (mine != theirs) {
        return (mine == '/' ? -1 : mine) - (theirs == '/' ? -1 : theirs);
      }
    }
    return Integer.compare(raw.length(), other.raw.length());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TreePath path && raw.equals(path.raw);
  }

  @Override
  public int hashCode() {
    return raw.hashCode();
  }

  /** Returns the decoded path with a leading slash, for people only. Programs must not parse it. */
  @Override
  public String toString() {
    return "/" + RawPaths.display(raw);
  }
}
