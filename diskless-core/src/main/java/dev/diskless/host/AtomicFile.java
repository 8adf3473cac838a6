package dev.diskless.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Replaces files so that a reader sees the complete old file or the complete new file, also after a
 * crash. The new file is written beside the old file, flushed to disk and renamed.
 */
public final class AtomicFile {

  private AtomicFile() {}

  /** Writes the bytes of a file. */
  @FunctionalInterface
  public interface Content {

    void write(OutputStream out) throws IOException;
  }

  /** Returns the name for a file that is not complete yet. A killed run may leave such a file. */
  public static Path partial(Path file) {
    return file.resolveSibling(file.getFileName() + ".partial");
  }

  /** Replaces a file by a text in UTF-8. */
  public static void write(Path file, String text) throws IOException {
    write(file, out -> out.write(text.getBytes(UTF_8)));
  }

  /** Replaces a file. If {@code content} fails, the old file stays. */
  public static void write(Path file, Content content) throws IOException {
    Path partial = partial(file);
    try {
      try (OutputStream out = new ForcedFile(partial)) {
        content.write(out);
      }
      rename(partial, file);
      forceDirectory(file);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /**
   * Replaces a file by a file that is complete but not flushed.
   *
   * @param partial in the same directory, or at least on the same file system
   */
  public static void publish(Path partial, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    rename(partial, file);
    forceDirectory(file);
  }

  /**
   * Replaces a file without a flush. This is enough for a file that is flushed already, or whose
   * readers recognize a file that a power cut has damaged.
   *
   * @param partial on the same file system as {@code file}
   */
  public static void rename(Path partial, Path file) throws IOException {
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void forceDirectory(Path file) {
    try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
      directory.force(true);
    } catch (IOException unsupported) {
      // Some file systems cannot flush a directory. The rename may then be lost, but is still
      // whole.
    }
  }
}
