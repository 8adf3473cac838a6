package dev.diskless.bundle;

import dev.diskless.tree.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * SHA-256 of a file that is still being written. Another thread reads the file, so that the writer
 * does not wait.
 */
final class FileDigest {

  private final Path file;
  private final MessageDigest sha256 = Digest.sha256();
  private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

  /** Number of bytes that are part of the digest, or will be when {@link #reading} ends. */
  private long end;

  FileDigest(Path file) {
    this.file = file;
  }

  /**
   * Starts to read more of the file.
   *
   * @param size number of bytes from the start of the file that do not change anymore
   */
  void startTo(long size) {
    long start = end;
    if (size > start) {
      end = size;
      reading = reading.thenRunAsync(() -> add(start, size));
    }
  }

  /**
   * Returns the digest of the start of the file. More bytes may follow.
   *
   * @param size as for {@link #startTo}, at least as large as before
   */
  Digest of(long size) throws IOException {
    startTo(size);
    try {
      reading.join();
      return Digest.of((MessageDigest) sha256.clone());
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failed) {
        throw failed.getCause();
      }
      throw e;
    } catch (CloneNotSupportedException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void add(long start, long size) {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 18);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (long at = start; at < size; at += buffer.limit()) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), size - at));
        while (buffer.hasRemaining()) {
          if (channel.read(buffer, at + buffer.position()) < 0) {
            throw new EOFException(file + " became shorter during the build");
          }
        }
        sha256.update(buffer.flip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
