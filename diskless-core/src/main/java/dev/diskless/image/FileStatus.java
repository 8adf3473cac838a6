package dev.diskless.image;

import dev.diskless.tree.Entry.Device;
import java.time.Instant;

/**
 * What lstat(2) says of a name.
 *
 * @param mode type and permission bits (inode(7))
 * @param links how many names the inode has
 * @param uid owner
 * @param gid group
 * @param inode unique in its file system
 * @param fileSystem the device number of the file system that it is in
 * @param mountRoot whether it is known to be the root of a mount
 * @param size in bytes
 * @param allocated bytes that are allocated on disk, or -1 where that is not known
 * @param modified last change of content
 * @param changed last change of content or status
 * @param device of a device node
 */
record FileStatus(
    int mode,
    long links,
    long uid,
    long gid,
    long inode,
    long fileSystem,
    boolean mountRoot,
    long size,
    long allocated,
    Instant modified,
    Instant changed,
    Device device) {

  private static final int TYPE = 0170000;

  boolean isDirectory() {
    return (mode & TYPE) == 0040000;
  }

  boolean isFile() {
    return (mode & TYPE) == 0100000;
  }

  boolean isSymlink() {
    return (mode & TYPE) == 0120000;
  }

  boolean isSocket() {
    return (mode & TYPE) == 0140000;
  }

  boolean isFifo() {
    return (mode & TYPE) == 0010000;
  }

  boolean isCharacterDevice() {
    return (mode & TYPE) == 0020000;
  }

  boolean isBlockDevice() {
    return (mode & TYPE) == 0060000;
  }

  int permissions() {
    return mode & 07777;
  }
}
