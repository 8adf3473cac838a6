package dev.diskless.tree;

import java.time.Instant;
import java.util.Objects;

/**
 * Attributes of an inode except its type and content.
 *
 * @param mode the twelve permission bits of chmod(2), including set-uid, set-gid and sticky
 * @param uid number of the owner, 0 to 2^32-2
 * @param gid number of the group, 0 to 2^32-2
 * @param mtime time of the last modification, to the nanosecond
 * @param xattrs extended attributes
 */
public record Metadata(int mode, long uid, long gid, Instant mtime, Xattrs xattrs) {

  public Metadata {
    if ((mode & ~07777) != 0) {
      throw new IllegalArgumentException("not permission bits: " + Integer.toOctalString(mode));
    }
    Objects.requireNonNull(mtime, "mtime");
    Objects.requireNonNull(xattrs, "xattrs");
  }

  /** Returns metadata with root as owner and group, without extended attributes. */
  public static Metadata root(int mode, Instant mtime) {
    return new Metadata(mode, 0, 0, mtime, Xattrs.NONE);
  }

  public Metadata withMode(int newMode) {
    return new Metadata(newMode, uid, gid, mtime, xattrs);
  }

  public Metadata withOwner(long newUid, long newGid) {
    return new Metadata(mode, newUid, newGid, mtime, xattrs);
  }
}
