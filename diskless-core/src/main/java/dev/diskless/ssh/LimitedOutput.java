package dev.diskless.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Output of a node in memory, up to a number of bytes and of lines. The rest is discarded, because
 * a node may print without end. Thread-safe.
 */
final class LimitedOutput extends OutputStream {

  /** Maximum number of bytes that are kept. */
  private static final int BYTES = 1 << 20;

  /** Maximum number of lines, because each line in memory needs far more than its characters. */
  private static final int LINES = 20_000;

  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private int lines;
  private boolean exceeded;

  @Override
  public synchronized void write(int b) {
    if (kept.size() == BYTES || lines == LINES) {
      exceeded = true;
    } else {
      kept.write(b);
      lines += b == '\n' || b == '\r' ? 1 : 0;
    }
  }

  /** Returns whether output was discarded. */
  synchronized boolean isExceeded() {
    return exceeded;
  }

  /** Returns the kept lines. */
  synchronized List<String> lines() {
    return kept.toString(UTF_8).lines().toList();
  }
}
