package dev.diskless.image;

import dev.diskless.host.Progress;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * Keeps two builds from making one thing in the cache at once, be they threads of one Maven or two
 * of them. The file stays when the lock goes: who waits for it must find the same file.
 */
final class CacheLock implements AutoCloseable {

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);
  private static final Duration BETWEEN_WORDS = Duration.ofSeconds(60);

  private final FileChannel channel;

  private CacheLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Waits for a lock, and says so.
   *
   * @param what is made under the lock, in words for people
   */
  static CacheLock take(Path file, String what, Progress progress) throws IOException {
    Files.createDirectories(file.getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      long saidAt = 0;
      while (true) {
        FileLock lock = tryLock(channel);
        if (lock != null) {
          return new CacheLock(channel);
        }
        if (saidAt == 0 || System.nanoTime() - saidAt > BETWEEN_WORDS.toNanos()) {
          progress.say("%s: waiting for another build that creates it".formatted(what));
          saidAt = System.nanoTime();
        }
        Thread.sleep(BETWEEN_TRIES.toMillis());
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      channel.close();
      throw new InterruptedIOException("interrupted while waiting for " + file);
    } catch (IOException | RuntimeException | Error failed) {
      channel.close();
      throw failed;
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException byAThreadOfThisJvm) {
      return null;
    }
  }

  /** Ends the lock. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
