package dev.diskless.release;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a file's content lies on the disk, and what of it other files share by reflink: the
 * kernel's FS_IOC_FIEMAP (Documentation/filesystems/fiemap.rst). An instance is for one thread.
 */
final class Fiemap {

  /** _IOWR('f', 11, struct fiemap), as x86 and ARM count it. */
  private static final long FS_IOC_FIEMAP = 0xC020660BL;

  private static final int EXTENT_LAST = 0x1;

  /** Unknown place, delayed, encoded elsewhere, in the inode, in another's tail. */
  private static final int EXTENT_NOWHERE = 0x2 | 0x4 | 0x100 | 0x200 | 0x400;

  private static final int EXTENT_SHARED = 0x2000;
  private static final int O_CLOEXEC = 02000000;
  private static final int HEADER = 32;
  private static final int EXTENT = 56;
  private static final int COUNT = 128;

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(HEADER + COUNT * EXTENT).order(ByteOrder.nativeOrder());

  private Fiemap() {}

  /**
   * A part of a file on the disk.
   *
   * @param start byte of the file system
   * @param length in bytes
   * @param shared whether the file system knows another file that has it, too
   */
  record Extent(long start, long length, boolean shared) {}

  private static final class C {

    static {
      Native.register(C.class, NativeLibrary.getInstance(Platform.C_LIBRARY_NAME));
    }

    static native int open(Buffer path, int flags);

    static native int close(int file);

    static native int ioctl(int file, long request, Buffer argument);
  }

  /** Empty where the C library or its numbers are unknown. */
  static Optional<Fiemap> open() {
    if (!Platform.isLinux() || !Platform.is64Bit() || !(Platform.isIntel() || Platform.isARM())) {
      return Optional.empty();
    }
    try {
      Native.getNativeSize(Long.class);
      return Optional.of(new Fiemap());
    } catch (LinkageError | RuntimeException noLibrary) {
      return Optional.empty();
    }
  }

  /**
   * @param path absolute, as bytes, one a char
   * @return empty where the file system does not tell
   */
  Optional<List<Extent>> extents(String path) {
    byte[] name = (path + "\0").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer direct = ByteBuffer.allocateDirect(name.length);
    direct.put(0, name);
    int file = C.open(direct, O_CLOEXEC);
    if (file < 0) {
      return Optional.empty();
    }
    try {
      List<Extent> extents = new ArrayList<>();
      long from = 0;
      while (true) {
        // start, length, flags, mapped_extents, extent_count, reserved
        buffer.putLong(0, from).putLong(8, Long.MAX_VALUE - from);
        buffer.putInt(16, 0).putInt(20, 0).putInt(24, COUNT).putInt(28, 0);
        if (C.ioctl(file, FS_IOC_FIEMAP, buffer) != 0) {
          return Optional.empty();
        }
        int count = buffer.getInt(20);
        int flags = EXTENT_LAST;
        for (int i = 0; i < count; i++) {
          // logical, physical, length, reserved (2 of 8 bytes), flags
          int at = HEADER + i * EXTENT;
          flags = buffer.getInt(at + 40);
          long length = buffer.getLong(at + 16);
          from = buffer.getLong(at) + length;
          if ((flags & EXTENT_NOWHERE) == 0) {
            extents.add(new Extent(buffer.getLong(at + 8), length, (flags & EXTENT_SHARED) != 0));
          }
        }
        if (count == 0 || (flags & EXTENT_LAST) != 0) {
          return Optional.of(extents);
        }
      }
    } finally {
      C.close(file);
    }
  }
}
