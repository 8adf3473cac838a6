package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.MtreeReader;
import dev.diskless.tree.MtreeWriter;
import dev.diskless.tree.TreePath;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The manifest of a bundle: a line of {@link MtreeWriter} for each entry. Format 1 has no {@code
 * hardlink=} and no {@code allocated=}.
 */
final class Manifest implements Closeable {

  private final OutputStream out;
  private long written;
  private final StringBuilder line = new StringBuilder(256);
  private final MtreeWriter lines = new MtreeWriter(line);

  /**
   * @param file is replaced
   */
  Manifest(Path file) throws IOException {
    this.out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    write("#mtree\n");
  }

  private void write(String text) throws IOException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    out.write(bytes);
    written += bytes.length;
  }

  /** Adds lines of another manifest, in ISO 8859-1. */
  void addLines(String lines) throws IOException {
    write(lines);
  }

  /**
   * Puts everything into the file.
   *
   * @return how many bytes it has
   */
  long flush() throws IOException {
    out.flush();
    return written;
  }

  /** A part of a manifest's file. */
  static String lines(Path file, long start, long end) throws IOException {
    try (RandomAccessFile manifest = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(end - start)];
      manifest.seek(start);
      manifest.readFully(bytes);
      return new String(bytes, ISO_8859_1);
    }
  }

  /**
   * Finds an entry in some lines of a manifest.
   *
   * @return empty if no line is for this name
   */
  static Optional<MtreeReader.Line> entry(String lines, TreePath name) {
    String start = "./" + MtreeWriter.escaped(name.raw()) + " ";
    int line = lines.startsWith(start) ? 0 : lines.indexOf("\n" + start) + 1;
    return line == 0 && !lines.startsWith(start)
        ? Optional.empty()
        : Optional.of(
            new MtreeReader(TreePath.ROOT, "manifest")
                .read(lines.substring(line, lines.indexOf('\n', line))));
  }

  /**
   * Adds the line of an entry.
   *
   * @param name in the bundle
   * @param digest of a file's content
   * @param firstName the first name of the same file; empty unless this name is a further one
   */
  void add(TreePath name, Entry entry, Optional<Digest> digest, Optional<TreePath> firstName)
      throws IOException {
    line.setLength(0);
    lines.entry(name, entry, digest, firstName);
    write(line.append('\n').toString());
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
