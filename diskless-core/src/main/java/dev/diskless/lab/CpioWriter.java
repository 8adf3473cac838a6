package dev.diskless.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Writes an archive that the kernel unpacks as its first root file system: cpio's format newc, as
 * the kernel's documentation has it (driver-api/early-userspace/buffer-format). Hard links become
 * files of their own; extended attributes and nanoseconds have no place in it.
 */
final class CpioWriter implements Closeable {

  private static final int ALIGNMENT = 4;
  private static final long LARGEST = 0xFFFFFFFFL;

  private final OutputStream out;
  private long written;
  private long inode = 1;

  CpioWriter(OutputStream out) {
    this.out = out;
  }

  void write(Entry entry) throws IOException {
    if (entry.path().isRoot()) {
      return;
    }
    int type =
        switch (entry.type()) {
          case FILE -> 0100000;
          case DIRECTORY -> 0040000;
          case SYMLINK -> 0120000;
          case CHARACTER_DEVICE -> 0020000;
          case BLOCK_DEVICE -> 0060000;
          case FIFO -> 0010000;
        };
    int mode = type | (entry.isSymlink() ? 0777 : entry.metadata().mode());
    byte[] target = entry.isSymlink() ? entry.rawTarget().getBytes(ISO_8859_1) : new byte[0];
    long size = entry.isFile() ? entry.content().size() : target.length;
    boolean device =
        entry.type() == Entry.Type.CHARACTER_DEVICE || entry.type() == Entry.Type.BLOCK_DEVICE;
    header(
        entry.path(),
        mode,
        entry.metadata().uid(),
        entry.metadata().gid(),
        entry.metadata().mtime().getEpochSecond(),
        size,
        device ? entry.device().major() : 0,
        device ? entry.device().minor() : 0);
    if (entry.isFile()) {
      try (InputStream in = entry.content().open()) {
        written += in.transferTo(out);
      }
    } else {
      put(target);
    }
    pad();
  }

  private void header(
      TreePath path, int mode, long uid, long gid, long mtime, long size, int major, int minor)
      throws IOException {
    if (size > LARGEST) {
      throw new IOException(path + " is too large for cpio: " + size + " bytes");
    }
    byte[] name = path.bytes();
    header(name, inode++, mode, uid, gid, mtime, size, major, minor);
  }

  private void header(
      byte[] name,
      long number,
      int mode,
      long uid,
      long gid,
      long mtime,
      long size,
      int major,
      int minor)
      throws IOException {
    StringBuilder fields = new StringBuilder("070701");
    for (long field :
        new long[] {
          number,
          mode,
          uid,
          gid,
          1,
          Math.max(0, mtime),
          size,
          0,
          0,
          major,
          minor,
          name.length + 1,
          0
        }) {
      fields.append("%08X".formatted(field));
    }
    put(fields.toString().getBytes(ISO_8859_1));
    put(name);
    put(new byte[1]);
    pad();
  }

  private void put(byte[] bytes) throws IOException {
    out.write(bytes);
    written += bytes.length;
  }

  private void pad() throws IOException {
    int over = (int) (written % ALIGNMENT);
    if (over > 0) {
      put(new byte[ALIGNMENT - over]);
    }
  }

  /** Ends the archive, and closes what it is written to. */
  @Override
  public void close() throws IOException {
    try (out) {
      header("TRAILER!!!".getBytes(ISO_8859_1), 0, 0, 0, 0, 0, 0, 0, 0);
    }
  }
}
