package dev.diskless.diff;

import dev.diskless.model.Node;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A path that differs, before its text is looked at.
 *
 * @param path as it is shown
 * @param foldedPath the same without what is the node's own
 * @param before null if it was added
 * @param after null if it was removed
 * @param node whose own it is; empty where it is of several, or of the master
 */
record PathChange(
    String path, String foldedPath, File before, File after, Optional<NodePair> node) {

  /**
   * A node in both versions.
   *
   * @param index among the nodes that both have
   */
  record NodePair(int index, Node before, Node after) {}

  /**
   * One side of it.
   *
   * @param isPrivate whether only some users can read it
   * @param isOfImage whether it comes from an image and not from the project
   * @param hardLinks other names of the same file, as they are shown
   */
  record File(Entry entry, boolean isPrivate, boolean isOfImage, Set<String> hardLinks) {

    /** SHA-256 of the content in hexadecimal digits; empty if it is not a file. */
    String digest() {
      return PathChange.digest(entry);
    }

    /** Small enough to be read. */
    boolean isReadable() {
      return entry.isFile() && entry.content().size() <= Texts.MAX_FILE;
    }
  }

  /** An addition or removal whose lines are worth showing: not a package's. */
  private static final long MAX_WHOLE = 1 << 16;

  static PathChange of(TreePath path, RootTree old, RootTree now, Optional<NodePair> node) {
    String shown = path.toString();
    return new PathChange(shown, shown, file(path, old, now), file(path, now, old), node);
  }

  /** SHA-256 of an entry's content in hexadecimal digits; empty if it is not a file. */
  static String digest(Entry entry) {
    return entry.isFile() ? entry.content().digest().map(Digest::hex).orElse("") : "";
  }

  private static File file(TreePath path, RootTree tree, RootTree other) {
    Entry entry = tree.get(path);
    if (entry == null) {
      return null;
    }
    Set<String> hardLinks = new TreeSet<>();
    tree.hardLinks(path, other).forEach(n -> hardLinks.add(n.toString()));
    boolean isOfImage = entry.layer().startsWith("images/");
    return new File(entry, tree.isPrivate(path, entry), isOfImage, hardLinks);
  }

  /** Whether both are files, of other content. */
  boolean isOtherContent() {
    return before != null
        && after != null
        && before.entry().isFile()
        && after.entry().isFile()
        && !before.digest().equals(after.digest());
  }

  /** The file that came or went, if its lines are to be shown. */
  Optional<File> whole() {
    File only = before == null ? after : after == null ? before : null;
    return Optional.ofNullable(only)
        .filter(f -> f.entry().isFile() && !f.isPrivate() && !f.isOfImage())
        .filter(f -> f.entry().content().size() <= MAX_WHOLE);
  }

  /** Whether the text of the version before is needed. */
  boolean needsBefore() {
    return isOtherContent()
        ? before.isReadable() && after.isReadable()
        : after == null && whole().isPresent();
  }

  boolean needsAfter() {
    return isOtherContent()
        ? before.isReadable() && after.isReadable()
        : before == null && whole().isPresent();
  }

  boolean isPrivate() {
    return before != null && before.isPrivate() || after != null && after.isPrivate();
  }
}
