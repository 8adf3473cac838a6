package dev.diskless.master;

import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a tree has at a path.
 *
 * @param type as find(1) has it: f, d, l, c, b, p or s
 * @param mode permission bits; 0 for links, which have none
 * @param uid owner
 * @param gid group
 * @param size of a file, in bytes; 0 for all else
 * @param time last change in seconds since 1970
 * @param target of a symbolic link, as bytes, one a char
 * @param file which file a path is a name of: equal for names of the same file in one tree. Empty
 *     for anything but a file, and where it is not known or the file has no other name
 * @param digest SHA-256 of a file where it is known
 */
record TreeEntry(
    char type,
    int mode,
    long uid,
    long gid,
    long size,
    long time,
    String target,
    String file,
    Optional<String> digest) {

  /**
   * As a manifest has it.
   *
   * @param layer in which equal numbers of inodes mean the same file
   */
  static TreeEntry of(Entry entry, String layer) {
    Metadata metadata = entry.metadata();
    return new TreeEntry(
        letter(entry.type()),
        entry.isSymlink() ? 0 : metadata.mode(),
        metadata.uid(),
        metadata.gid(),
        entry.isFile() ? entry.content().size() : 0,
        metadata.mtime().getEpochSecond(),
        entry.isSymlink() ? entry.rawTarget() : "",
        entry.inode() == Entry.SINGLE ? "" : layer + " " + entry.inode(),
        entry.isFile() ? entry.content().digest().map(Digest::hex) : Optional.empty());
  }

  /** The whole seconds of a time with decimals. */
  static long seconds(String time) {
    int dot = time.indexOf('.');
    return Long.parseLong(dot < 0 ? time : time.substring(0, dot));
  }

  private static char letter(Entry.Type type) {
    return switch (type) {
      case FILE -> 'f';
      case DIRECTORY -> 'd';
      case SYMLINK -> 'l';
      case CHARACTER_DEVICE -> 'c';
      case BLOCK_DEVICE -> 'b';
      case FIFO -> 'p';
    };
  }

  /** What differs, content aside, in words; empty where nothing does. */
  List<String> differences(TreeEntry now) {
    List<String> all = new ArrayList<>();
    if (type != now.type()) {
      all.add(word(type) + " -> " + word(now.type()));
      return all;
    }
    if (mode != now.mode()) {
      all.add("mode %04o -> %04o".formatted(mode, now.mode()));
    }
    if (uid != now.uid() || gid != now.gid()) {
      all.add("owner %d:%d -> %d:%d".formatted(uid, gid, now.uid(), now.gid()));
    }
    if (!target.equals(now.target())) {
      all.add("target");
    }
    return all;
  }

  TreeEntry withDigest(Optional<String> other) {
    return new TreeEntry(type, mode, uid, gid, size, time, target, file, other);
  }

  TreeEntry withFile(String other) {
    return new TreeEntry(type, mode, uid, gid, size, time, target, other, digest);
  }

  boolean isFile() {
    return type == 'f';
  }

  boolean isDirectory() {
    return type == 'd';
  }

  private static String word(char type) {
    return switch (type) {
      case 'f' -> "file";
      case 'd' -> "directory";
      case 'l' -> "link";
      case 'c', 'b' -> "device";
      case 'p' -> "fifo";
      default -> "socket";
    };
  }
}
