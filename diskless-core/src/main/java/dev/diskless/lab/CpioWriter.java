package dev.diskless.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * Writes an archive that the kernel unpacks as its first root file system: cpio's format newc
 * (kernel documentation, driver-api/early-userspace/buffer-format). Hard links become separate
 * files. The format has no extended attributes and no nanoseconds.
 */
final class CpioWriter implements Closeable {

  private final CpioArchiveOutputStream cpio;

  /**
   * @param out destination of the archive; closing this writer closes it too
   */
  CpioWriter(OutputStream out) {
    // Each character of a name holds one byte.
    this.cpio =
        new CpioArchiveOutputStream(
            out, CpioConstants.FORMAT_NEW, CpioConstants.BLOCK_SIZE, ISO_8859_1.name());
  }

  /**
   * Writes an entry. Ignores the root directory.
   *
   * @throws IllegalArgumentException if a file has 4 GiB or more
   */
  void write(Entry entry) throws IOException {
    if (entry.path().isRoot()) {
      return;
    }
    byte[] target = entry.isSymlink() ? entry.rawTarget().getBytes(ISO_8859_1) : new byte[0];
    CpioArchiveEntry header = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, entry.path().raw());
    header.setMode(type(entry.type()) | (entry.isSymlink() ? 0777 : entry.metadata().mode()));
    header.setUID(entry.metadata().uid());
    header.setGID(entry.metadata().gid());
    header.setTime(Math.max(0, entry.metadata().mtime().getEpochSecond()));
    header.setNumberOfLinks(1);
    header.setSize(entry.isFile() ? entry.content().size() : target.length);
    if (entry.isDevice()) {
      header.setRemoteDeviceMaj(entry.device().major());
      header.setRemoteDeviceMin(entry.device().minor());
    }
    cpio.putArchiveEntry(header);
    if (entry.isFile()) {
      try (InputStream in = entry.content().open()) {
        in.transferTo(cpio);
      }
    } else {
      cpio.write(target);
    }
    cpio.closeArchiveEntry();
  }

  private static int type(Entry.Type type) {
    return switch (type) {
      case FILE -> CpioConstants.C_ISREG;
      case DIRECTORY -> CpioConstants.C_ISDIR;
      case SYMLINK -> CpioConstants.C_ISLNK;
      case CHARACTER_DEVICE -> CpioConstants.C_ISCHR;
      case BLOCK_DEVICE -> CpioConstants.C_ISBLK;
      case FIFO -> CpioConstants.C_ISFIFO;
      case SOCKET -> CpioConstants.C_ISSOCK;
    };
  }

  /** Ends the archive, and closes the stream that it is written to. */
  @Override
  public void close() throws IOException {
    cpio.close();
  }
}
