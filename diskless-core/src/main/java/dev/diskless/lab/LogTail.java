package dev.diskless.lab;

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
 * Reads what is added to a file that another process writes, line by line. A carriage return ends a
 * line too: on a terminal, what follows is written over it.
 */
final class LogTail {

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private long read;

  LogTail(Path file) {
    this.file = file;
  }

  /** The lines that were ended since the last call. */
  List<String> lines() throws IOException {
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
