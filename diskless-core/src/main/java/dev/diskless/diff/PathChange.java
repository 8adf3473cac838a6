package dev.diskless.diff;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.model.Node;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreeDiff;
import dev.diskless.tree.TreePath;
import java.util.Optional;
import java.util.Set;

/**
 * Path that differs between two versions. Its text has not been compared yet.
 *
 * @param path path for the report
 * @param foldedPath path with a placeholder for the MAC address of the node
 * @param before file of the old version; null if the path was added
 * @param after file of the new version; null if the path was removed
 * @param node node that the path belongs to; empty if several nodes share it, or for a master
 */
record PathChange(
    String path, String foldedPath, File before, File after, Optional<NodePair> node) {

  /**
   * Node that exists in both versions.
   *
   * @param index position among the nodes that exist in both versions, from 0
   * @param before the node in the old version
   * @param after the node in the new version
   */
  record NodePair(int index, Node before, Node after) {}

  /**
   * File of one version at this path.
   *
   * @param entry entry of the manifest
   * @param isPrivate whether only some users can read it
   * @param isOfImage whether it comes from an image and not from the project
   * @param hardLinks other paths of the same file
   */
  record File(Entry entry, boolean isPrivate, boolean isOfImage, Set<TreePath> hardLinks) {

    /** Returns the SHA-256 of the content in hexadecimal digits; empty if this is not a file. */
    String digest() {
      return PathChange.digest(entry);
    }

    /** Returns whether this is a file that is small enough to be read. */
    boolean isReadable() {
      return entry.isFile() && entry.content().size() <= FileTexts.MAX_FILE;
    }
  }

  /** Maximum size of an added or removed file whose lines the report shows, in bytes. */
  private static final long MAX_WHOLE = 1 << 16;

  /** Returns the change of a path between two trees. */
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

  /** Returns the SHA-256 of an entry's content in hexadecimal digits; empty if it is not a file. */
  static String digest(Entry entry) {
    return entry.isFile() ? entry.content().digest().map(Digest::hex).orElse("") : "";
  }

  private static File file(Entry entry, FileTree tree, Set<TreePath> hardLinks) {
    return new File(entry, isPrivate(entry, tree), BundleLayout.isOfImage(entry), hardLinks);
  }

  /** Returns whether the mode of a file, or of a folder above it, keeps some users from reading. */
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

  /** Returns whether both versions have a file here, with different content. */
  boolean isOtherContent() {
    return before != null
        && after != null
        && before.entry().isFile()
        && after.entry().isFile()
        && !before.digest().equals(after.digest());
  }

  /** Returns the added or removed file, if the report shows its lines. */
  Optional<File> whole() {
    File only = before == null ? after : after == null ? before : null;
    return Optional.ofNullable(only)
        .filter(f -> f.entry().isFile() && !f.isPrivate() && !f.isOfImage())
        .filter(f -> f.entry().content().size() <= MAX_WHOLE);
  }

  /** Returns whether the report needs the text of the old version. */
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
