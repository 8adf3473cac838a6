package dev.diskless.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Messages about the other names of a file. */
public final class HardLinks {

  private HardLinks() {}

  /**
   * Describes how the other names of a file have changed.
   *
   * @param before the other names before, for display
   * @param after the other names after, for display
   * @return empty if they are the same
   */
  public static List<String> changes(Set<String> before, Set<String> after) {
    List<String> changes = new ArrayList<>();
    add("no longer ", without(before, after), changes);
    add("now ", without(after, before), changes);
    return changes;
  }

  private static TreeSet<String> without(Set<String> names, Set<String> left) {
    TreeSet<String> rest = new TreeSet<>(names);
    rest.removeAll(left);
    return rest;
  }

  private static void add(String start, TreeSet<String> names, List<String> changes) {
    if (!names.isEmpty()) {
      changes.add(start + "a " + text(names));
    }
  }

  /**
   * Names the file by its other names: {@code hard link of /usr/bin/perl}, and how many more there
   * are.
   *
   * @param names at least one, for display
   */
  public static String text(Set<String> names) {
    String first = new TreeSet<>(names).first();
    return "hard link of "
        + first
        + (names.size() == 1 ? "" : " and of " + (names.size() - 1) + " more");
  }
}
