package dev.diskless.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.AtomicFile;
import dev.diskless.tree.Content.Extent;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Writes the lines of {@link TreeIndex} into a file that appears when it is finished. */
final class IndexWriter implements Closeable {

  static final String FIRST_LINE = "#diskless-index 1";

  private static final int CHUNK = 1 << 16;

  private final Path file;
  private final Path beside;
  private final FileChannel out;
  private final StringBuilder text = new StringBuilder(2 * CHUNK);
  private final Map<Path, Integer> sources = new HashMap<>();
  private String layer;
  private long lines;

  IndexWriter(Path file) throws IOException {
    this.file = file;
    this.beside = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    this.out = FileChannel.open(beside, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    text.append(FIRST_LINE).append('\n');
  }

  void layer(String name) throws IOException {
    layer = name;
    text.append("layer ");
    escape(raw(name));
    endLine();
  }

  void delete(TreePath path) throws IOException {
    text.append("delete /");
    escape(path.raw());
    endLine();
  }

  void entry(String what, Entry entry) throws IOException {
    int source = entry.isFile() ? source(entry.content()) : 0;
    text.append(what).append(" /");
    escape(entry.path().raw());
    text.append(' ').append(TreeIndex.word(entry.type()));
    Metadata metadata = entry.metadata();
    text.append(" mode=").append(Integer.toOctalString(metadata.mode()));
    text.append(" uid=").append(metadata.uid());
    text.append(" gid=").append(metadata.gid());
    time(metadata.mtime());
    switch (entry.type()) {
      case FILE -> content(entry, source);
      case SYMLINK -> {
        text.append(" target=");
        escape(entry.rawTarget());
      }
      case CHARACTER_DEVICE, BLOCK_DEVICE ->
          text.append(" device=")
              .append(entry.device().major())
              .append(',')
              .append(entry.device().minor());
      case DIRECTORY, FIFO -> {
        // Nothing more to tell.
      }
    }
    if (entry.inode() != Entry.SINGLE) {
      text.append(" inode=").append(entry.inode());
    }
    if (!entry.layer().equals(layer)) {
      text.append(" from=");
      escape(raw(entry.layer()));
    }
    for (String name : metadata.xattrs().names()) {
      text.append(" xattr.");
      escape(raw(name));
      text.append('=').append(Base64.getEncoder().encodeToString(metadata.xattrs().value(name)));
    }
    endLine();
  }

  /** As seconds, and behind the point nanoseconds in nine digits that are added to them. */
  private void time(Instant mtime) {
    text.append(" time=").append(mtime.getEpochSecond());
    if (mtime.getNano() != 0) {
      text.append('.').append(Integer.toString(1_000_000_000 + mtime.getNano()), 1, 10);
    }
  }

  private int source(Content content) throws IOException {
    if (!(content instanceof SliceContent slice)) {
      return 0;
    }
    Integer known = sources.get(slice.file().path());
    if (known != null) {
      return known;
    }
    int number = sources.size() + 1;
    sources.put(slice.file().path(), number);
    text.append("source ").append(number).append(' ');
    escape(RawPaths.raw(slice.file().path().toAbsolutePath()));
    endLine();
    return number;
  }

  private void content(Entry entry, int source) {
    Content content = entry.content();
    if (content instanceof BytesContent) {
      text.append(" bytes=").append(Base64.getEncoder().encodeToString(bytes(content)));
      return;
    }
    text.append(" size=").append(content.size());
    if (content instanceof FileContent plain) {
      text.append(" file=");
      escape(RawPaths.raw(plain.file().toAbsolutePath()));
    } else if (content instanceof SliceContent slice) {
      text.append(" slice=").append(source).append(':').append(slice.offset());
    } else {
      throw new IllegalArgumentException(
          entry + " has content that an index cannot refer to: " + content.getClass().getName());
    }
    if (content.isSparse()) {
      text.append(" data=");
      String comma = "";
      for (Extent extent : content.extents()) {
        text.append(comma).append(extent.offset()).append('+').append(extent.length());
        comma = ",";
      }
    }
    content.digest().ifPresent(digest -> text.append(" sha256=").append(digest.hex()));
  }

  private static byte[] bytes(Content content) {
    try (var in = content.open()) {
      return in.readAllBytes();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String raw(String name) {
    return new String(name.getBytes(UTF_8), ISO_8859_1);
  }

  private void escape(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c > ' ' && c < 0x7F && c != '\\' && c != '=') {
        text.append(c);
      } else {
        text.append('\\')
            .append((char) ('0' + (c >> 6)))
            .append((char) ('0' + (c >> 3 & 7)))
            .append((char) ('0' + (c & 7)));
      }
    }
  }

  private void endLine() throws IOException {
    text.append('\n');
    lines++;
    if (text.length() >= CHUNK) {
      flush();
    }
  }

  private void flush() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(ISO_8859_1));
    text.setLength(0);
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /**
   * Makes the file appear, in place of one that was there. Nothing waits for the disk: a power cut
   * may leave less of it, which its last line gives away.
   */
  void finish() throws IOException {
    text.append("end ").append(lines).append('\n');
    flush();
    out.close();
    AtomicFile.rename(beside, file);
  }

  /** Leaves nothing behind if it was not finished. */
  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(beside);
  }
}
