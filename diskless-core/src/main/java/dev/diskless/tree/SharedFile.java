package dev.diskless.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * File that contains many contents, such as a tar archive. The first read opens the file. {@link
 * #close} closes it, or the garbage collector when the object is no longer in use. Thread-safe.
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
   * @param position offset in the file, in bytes
   * @return the number of bytes read, or -1 at the end of the file
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
