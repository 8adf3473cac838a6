package dev.diskless.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the lines of a file that another process appends to. A carriage return ends a line too,
 * because programs overwrite a progress bar with it.
 */
public final class LogTail {

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private long read;

  /**
   * Starts at the beginning of the file.
   *
   * @param file may be missing until the other process creates it
   */
  public LogTail(Path file) {
    this.file = file;
  }

  /** Returns the lines that are complete since the last call. */
  public List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    if (!Files.exists(file)) {
      return lines;
    }
    try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
      in.position(read);
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        read += count;
        buffer.flip();
        while (buffer.hasRemaining()) {
          byte next = buffer.get();
          if (next == '\n' || next == '\r') {
            lines.add(begun.toString(UTF_8));
            begun.reset();
          } else {
            begun.write(next);
          }
        }
        buffer.clear();
      }
    }
    return lines;
  }
}
