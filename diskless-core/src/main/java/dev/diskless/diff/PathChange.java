package dev.diskless.diff;

import dev.diskless.model.Node;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreeDiff;
import dev.diskless.tree.TreePath;
import java.util.Optional;
import java.util.Set;

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
   * @param hardLinks other names of the same file
   */
  record File(Entry entry, boolean isPrivate, boolean isOfImage, Set<TreePath> hardLinks) {

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

  /** A path as two trees have it. */
  static PathChange of(
      TreeDiff.Change change, FileTree before, FileTree after, Optional<NodePair> node) {
    String shown = change.path().toString();
    return new PathChange(
        shown,
        shown,
        change.before().map(e -> file(e, before, change.linksBefore())).orElse(null),
        change.after().map(e -> file(e, after, change.linksAfter())).orElse(null),
        node);
  }

  /** SHA-256 of an entry's content in hexadecimal digits; empty if it is not a file. */
  static String digest(Entry entry) {
    return entry.isFile() ? entry.content().digest().map(Digest::hex).orElse("") : "";
  }

  private static File file(Entry entry, FileTree tree, Set<TreePath> hardLinks) {
    boolean isOfImage = entry.layer().startsWith("images/");
    return new File(entry, isPrivate(entry, tree), isOfImage, hardLinks);
  }

  /** Whether only some users can read a file: by its own mode, or by the mode of a folder above. */
  private static boolean isPrivate(Entry entry, FileTree tree) {
    if ((entry.metadata().mode() & 04) == 0) {
      return true;
    }
    for (TreePath at = entry.path(); !at.isRoot(); ) {
      at = at.parent();
      Optional<Entry> folder = tree.get(at).filter(Entry::isDirectory);
      if (folder.isPresent() && (folder.get().metadata().mode() & 01) == 0) {
        return true;
      }
    }
    return false;
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
