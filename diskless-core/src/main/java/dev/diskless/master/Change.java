package dev.diskless.master;

import java.util.Comparator;

/**
 * What a node did to a path of its tree.
 *
 * @param kind what happened
 * @param path absolute on the node, for a person
 * @param detail how it changed, or how much is below; may be empty
 */
public record Change(Kind kind, String path, String detail) implements Comparable<Change> {

  /** What happened to a path. */
  public enum Kind {
    ADDED,
    CHANGED,
    REMOVED;

    /** For people and programs. */
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
