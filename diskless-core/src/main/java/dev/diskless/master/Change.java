package dev.diskless.master;

import java.util.Comparator;

/**
 * Change that a node made to a path of its tree.
 *
 * @param kind kind of change
 * @param path absolute path on the node, as text for users
 * @param detail the attributes that changed, or the number of paths below; may be empty
 */
public record Change(Kind kind, String path, String detail) implements Comparable<Change> {

  /** Kind of change. */
  public enum Kind {
    ADDED,
    CHANGED,
    REMOVED;

    /** Returns the name of this kind, for users and programs. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @Override
  public int compareTo(Change other) {
    return Comparator.comparing(Change::path)
        .thenComparing(Change::kind)
        .thenComparing(Change::detail)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return "%-8s %s%s".formatted(kind.word(), path, detail.isEmpty() ? "" : " (" + detail + ")");
  }
}
