package dev.diskless.tree;

import java.util.Collection;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Changes to a tree: entries to add or to replace, directories that must exist, and paths that must
 * not exist.
 */
public final class Layer {

  private final String name;
  private final NavigableMap<TreePath, Entry> entries;
  private final NavigableMap<TreePath, Entry> ensured;
  private final NavigableSet<TreePath> deleted;

  private Layer(Builder builder) {
    this.name = builder.name;
    this.entries = Collections.unmodifiableNavigableMap(new TreeMap<>(builder.entries));
    this.ensured = Collections.unmodifiableNavigableMap(new TreeMap<>(builder.ensured));
    this.deleted = Collections.unmodifiableNavigableSet(new TreeSet<>(builder.deleted));
  }

  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** Returns the name of the layer for messages, such as {@code files/groups/compute}. */
  public String name() {
    return name;
  }

  /** Returns the entries to add or to replace, sorted by path. */
  public Collection<Entry> entries() {
    return entries.values();
  }

  /**
   * Returns the directories that must exist. Missing directories are created; existing directories
   * stay unchanged.
   */
  public Collection<Entry> ensured() {
    return ensured.values();
  }

  /**
   * Returns the paths that are deleted before the entries are added. A directory is deleted with
   * its contents.
   */
  public NavigableSet<TreePath> deleted() {
    return deleted;
  }

  public boolean isEmpty() {
    return entries.isEmpty() && ensured.isEmpty() && deleted.isEmpty();
  }

  /** Builder of a layer. The last entry given for a path applies. */
  public static final class Builder {

    private final String name;
    private final NavigableMap<TreePath, Entry> entries = new TreeMap<>();
    private final NavigableMap<TreePath, Entry> ensured = new TreeMap<>();
    private final NavigableSet<TreePath> deleted = new TreeSet<>();

    private Builder(String name) {
      this.name = name;
    }

    /** Adds or replaces. A directory given here sets the metadata of one that is there already. */
    public Builder add(Entry entry) {
      entries.put(entry.path(), entry);
      return this;
    }

    /**
     * Makes a directory where there is none.
     *
     * @param directory the directory as it is made
     */
    public Builder ensure(Entry directory) {
      if (!directory.isDirectory()) {
        throw new IllegalArgumentException("not a directory: " + directory);
      }
      ensured.put(directory.path(), directory);
      return this;
    }

    public Builder delete(TreePath path) {
      if (path.isRoot()) {
        throw new IllegalArgumentException("the root of a tree cannot be deleted");
      }
      deleted.add(path);
      return this;
    }

    /** Whether an entry was added for that path. */
    public boolean has(TreePath path) {
      return entries.containsKey(path);
    }

    public Layer build() {
      return new Layer(this);
    }
  }
}
