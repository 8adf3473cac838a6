package dev.diskless.image;

import dev.diskless.tree.Entry.Device;
import dev.diskless.tree.Entry.Type;
import java.time.Instant;

/**
 * Result of lstat(2) for a file.
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

  /**
   * Returns the type of the file.
   *
   * @throws IllegalStateException if Linux has no such type
   */
  Type type() {
    return switch (mode & TYPE) {
      case 0100000 -> Type.FILE;
      case 0040000 -> Type.DIRECTORY;
      case 0120000 -> Type.SYMLINK;
      case 0020000 -> Type.CHARACTER_DEVICE;
      case 0060000 -> Type.BLOCK_DEVICE;
      case 0010000 -> Type.FIFO;
      case 0140000 -> Type.SOCKET;
      default -> throw new IllegalStateException("unknown type: " + Integer.toOctalString(mode));
    };
  }

  boolean isDirectory() {
    return type() == Type.DIRECTORY;
  }

  boolean isFile() {
    return type() == Type.FILE;
  }

  int permissions() {
    return mode & 07777;
  }
}
