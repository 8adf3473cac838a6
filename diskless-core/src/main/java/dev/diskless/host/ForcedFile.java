package dev.diskless.host;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A new file that is on disk when it is closed. The disk starts to write while the file grows, so
 * that {@link #close} waits only briefly.
 */
public final class ForcedFile extends OutputStream {

  private static final long STEP = 16L << 20;

  private final FileChannel channel;
  private long sinceForced;

  /** The latest flush. */
  private CompletableFuture<Void> forcing = CompletableFuture.completedFuture(null);

  /**
   * Opens the file for writing.
   *
   * @param file an existing file is truncated
   */
  public ForcedFile(Path file) throws IOException {
    this.channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    sinceForced += length;
    if (sinceForced >= STEP && forcing.isDone()) {
      // The kernel reports an error of the disk only once, so each result is checked.
      await();
      sinceForced = 0;
      forcing = CompletableFuture.runAsync(this::force);
    }
  }

  private void force() {
    try {
      channel.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void await() throws IOException {
    try {
      forcing.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failed) {
        throw failed.getCause();
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (channel.isOpen()) {
        await();
        channel.force(true);
      }
    }
  }
}
