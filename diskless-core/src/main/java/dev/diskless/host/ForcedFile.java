package dev.diskless.host;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A new file that is on disk when it is closed. The disk starts to write while the file grows, so
 * that {@link #close} waits only briefly.
 */
public final class ForcedFile extends OutputStream {

  private static final long STEP = 16L << 20;

  private final Path file;
  private FileChannel channel;
  private long sinceForced;

  /** The latest flush. */
  private CompletableFuture<Void> forcing = CompletableFuture.completedFuture(null);

  /**
   * Opens the file for writing.
   *
   * @param file an existing file is truncated
   */
  public ForcedFile(Path file) throws IOException {
    this(file, new FileAttribute<?>[0]);
  }

  private ForcedFile(Path file, FileAttribute<?>... attributes) throws IOException {
    this.file = file;
    this.channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            attributes);
  }

  /**
   * Opens a file that only its owner can read, such as a bundle: it contains password hashes.
   *
   * @param file an existing file is truncated and keeps its permissions
   */
  public static ForcedFile ofOwner(Path file) throws IOException {
    return new ForcedFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** Returns the path that the file has now. */
  public Path path() {
    return file;
  }

  /**
   * Replaces everything written so far by another file, and continues at its end.
   *
   * @param start a file that is on disk, in the same file system. It gets the name of this file
   */
  public void continueAfter(Path start) throws IOException {
    await();
    channel.close();
    AtomicFile.rename(start, file);
    channel = FileChannel.open(file, StandardOpenOption.WRITE);
    channel.position(channel.size());
    sinceForced = 0;
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
    try (FileChannel open = channel) {
      if (open.isOpen()) {
        await();
        open.force(true);
      }
    }
  }
}
