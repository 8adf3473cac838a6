package dev.diskless.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file that many contents lie in, such as a tar archive: opened once, with the first byte that is
 * read, and closed with {@link #close} or when nothing refers to it any more. Thread-safe.
 */
public final class SharedFile implements AutoCloseable {

  private final Path path;
  private FileChannel channel;

  public SharedFile(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  /**
   * Reads bytes.
   *
   * @param position in the file
   * @return how many, or -1 at the end of the file
   */
  public int read(ByteBuffer bytes, long position) throws IOException {
    try {
      return channel().read(bytes, position);
    } catch (ClosedChannelException closed) {
      // An interrupt of one thread closes the channel for all (InterruptibleChannel).
      if (Thread.currentThread().isInterrupted()) {
        throw closed;
      }
      return channel().read(bytes, position);
    }
  }

  private synchronized FileChannel channel() throws IOException {
    if (channel == null || !channel.isOpen()) {
      channel = FileChannel.open(path);
    }
    return channel;
  }

  /** Frees the open file; the next read opens it again. */
  @Override
  public synchronized void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
