package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.MtreeReader;
import dev.diskless.tree.TreePath;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * The manifest of a bundle, in the form of mtree(5) with whole paths, as libarchive reads it: a
 * line an entry, so that a person can read it and diff(1) compare it. Three keywords are not those
 * of mtree(5):
 *
 * <ul>
 *   <li>{@code xattr.NAME=BASE64}: an extended attribute;
 *   <li>{@code hardlink=PATH}, since format 2: the first name of the same file, in the manifest's
 *       order;
 *   <li>{@code allocated=BYTES}, since format 2: the size of the data that the archive contains of
 *       a file with holes.
 * </ul>
 */
final class Manifest implements Closeable {

  /** Stands before a file's SHA-256. */
  static final String DIGEST = " sha256digest=";

  private final OutputStream out;
  private long written;
  private final StringBuilder line = new StringBuilder(256);

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
    String start = "./" + escaped(name.raw()) + " ";
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
    line.append("./");
    escape(name.raw());
    line.append(" type=").append(type(entry));
    Metadata metadata = entry.metadata();
    line.append(" mode=0").append(Integer.toOctalString(metadata.mode()));
    line.append(" uid=").append(metadata.uid()).append(" gid=").append(metadata.gid());
    line.append(" time=").append(metadata.mtime().getEpochSecond());
    // Digits by hand: a format string for each of a million entries would cost more than the rest.
    String nanoseconds = Integer.toString(metadata.mtime().getNano());
    line.append('.').append("0".repeat(9 - nanoseconds.length())).append(nanoseconds);
    switch (entry.type()) {
      case FILE -> {
        long size = entry.content().size();
        long allocated = entry.content().dataSize();
        line.append(" size=").append(size);
        if (allocated < size) {
          line.append(" allocated=").append(allocated);
        }
        digest.ifPresent(d -> line.append(DIGEST).append(d));
        if (firstName.isPresent()) {
          line.append(" hardlink=./");
          escape(firstName.get().raw());
        }
      }
      case SYMLINK -> {
        line.append(" link=");
        escape(entry.rawTarget());
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE ->
          line.append(" device=native,")
              .append(entry.device().major())
              .append(',')
              .append(entry.device().minor());
      case DIRECTORY, FIFO -> {}
    }
    for (String xattr : metadata.xattrs().names()) {
      line.append(" xattr.");
      escape(xattr);
      line.append('=').append(Base64.getEncoder().encodeToString(metadata.xattrs().value(xattr)));
    }
    line.append('\n');
    write(line.toString());
  }

  private static String type(Entry entry) {
    return switch (entry.type()) {
      case FILE -> "file";
      case DIRECTORY -> "dir";
      case SYMLINK -> "link";
      case CHARACTER_DEVICE -> "char";
      case BLOCK_DEVICE -> "block";
      case FIFO -> "fifo";
      case SOCKET -> throw new IllegalArgumentException("not part of an image or layer: socket");
    };
  }

  private void escape(String raw) {
    line.append(escaped(raw));
  }

  /** As vis(3) with VIS_OCTAL: three digits after a backslash. */
  private static String escaped(String raw) {
    if (isPlain(raw)) {
      return raw;
    }
    StringBuilder text = new StringBuilder(raw.length() + 16);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (isPlain(c)) {
        text.append(c);
      } else {
        text.append('\\')
            .append((char) ('0' + (c >> 6)))
            .append((char) ('0' + (c >> 3 & 7)))
            .append((char) ('0' + (c & 7)));
      }
    }
    return text.toString();
  }

  private static boolean isPlain(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      if (!isPlain(raw.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(int c) {
    return c > ' ' && c < 0x7F && c != '\\' && c != '#' && c != '=';
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
