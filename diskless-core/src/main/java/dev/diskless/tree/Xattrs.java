package dev.diskless.tree;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Extended attributes by full name, such as {@code security.capability}, with values that are bytes
 * (xattr(7)).
 */
public final class Xattrs {

  /** No attributes. */
  public static final Xattrs NONE = new Xattrs(new TreeMap<>());

  private final NavigableMap<String, byte[]> values;

  private Xattrs(NavigableMap<String, byte[]> values) {
    this.values = values;
  }

  public static Xattrs of(Map<String, byte[]> values) {
    if (values.isEmpty()) {
      return NONE;
    }
    NavigableMap<String, byte[]> copy = new TreeMap<>();
    values.forEach((name, value) -> copy.put(name, value.clone()));
    return new Xattrs(copy);
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Returns the names of all attributes, sorted. */
  public Set<String> names() {
    return values.navigableKeySet();
  }

  /**
   * A copy of the value.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public byte[] value(String name) {
    byte[] value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no attribute " + name);
    }
    return value.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Xattrs that
        && values.keySet().equals(that.values.keySet())
        && values.keySet().stream().allMatch(n -> Arrays.equals(values.get(n), that.values.get(n)));
  }

  @Override
  public int hashCode() {
    return values.keySet().hashCode();
  }

  @Override
  public String toString() {
    return values.keySet().toString();
  }
}
