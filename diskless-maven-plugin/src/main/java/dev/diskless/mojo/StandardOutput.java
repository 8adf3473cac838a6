package dev.diskless.mojo;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * Standard output of the process. Maven replaces {@code System.out} with a stream that adds escape
 * sequences for terminals, and its log is empty with {@code -q}. Output that the user asked for
 * must arrive unchanged in a file or in another program.
 */
final class StandardOutput {

  private StandardOutput() {}

  /**
   * Opens a stream to standard output. The caller flushes it, and must not close it. The stream
   * discards everything after the reader has closed its end, such as head(1).
   */
  static PrintStream open() {
    Charset charset =
        Charset.forName(System.getProperty("native.encoding", Charset.defaultCharset().name()));
    return new PrintStream(new FileOutputStream(FileDescriptor.out), false, charset);
  }
}
