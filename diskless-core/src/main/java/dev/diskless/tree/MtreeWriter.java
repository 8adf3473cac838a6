package dev.diskless.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.tree.Entry.Type;
import java.util.Base64;
import java.util.Optional;

/**
 * Writer of lines in the format of mtree(5) with full paths, as libarchive reads them. Each entry
 * has one line, so that people can read the text and diff(1) can compare it. Four keywords are not
 * those of mtree(5):
 *
 * <ul>
 *   <li>{@code xattr.NAME=BASE64}: an extended attribute, its name in UTF-8;
 *   <li>{@code hardlink=PATH}: the first name of the same file;
 *   <li>{@code allocated=BYTES}: the size of the data that an archive contains of a file with
 *       holes;
 *   <li>{@code sparsedigest=HEX}: the {@link SparseDigest} of a file with large holes.
 * </ul>
 */
public final class MtreeWriter {

  private final StringBuilder text;

  /**
   * @param text takes the lines
   */
  public MtreeWriter(StringBuilder text) {
    this.text = text;
  }

  /**
   * Appends the line of an entry, without a line end.
   *
   * @param path of the entry in the file
   * @param digest of a file's content; empty if it is not known
   * @param hardLink the first name of the same file; empty unless this name is a further one
   */
  public void entry(
      TreePath path, Entry entry, Optional<Digest> digest, Optional<TreePath> hardLink) {
    path(path);
    Metadata metadata = entry.metadata();
    text.append(" type=").append(word(entry.type()));
    text.append(" mode=0").append(Integer.toOctalString(metadata.mode()));
    text.append(" uid=").append(metadata.uid()).append(" gid=").append(metadata.gid());
    text.append(" time=").append(metadata.mtime().getEpochSecond()).append('.');
    // Without a format string, because there are a million entries.
    text.append(Integer.toString(1_000_000_000 + metadata.mtime().getNano()), 1, 10);
    switch (entry.type()) {
      case FILE -> {
        Content content = entry.content();
        text.append(" size=").append(content.size());
        long allocated = content.dataSize();
        if (allocated < content.size()) {
          text.append(" allocated=").append(allocated);
        }
        digest.ifPresent(
            d ->
                text.append(d.isSparse() ? MtreeReader.SPARSE_DIGEST : MtreeReader.DIGEST)
                    .append(d));
        hardLink.ifPresent(
            first -> {
              text.append(" hardlink=");
              path(first);
            });
      }
      case SYMLINK -> text.append(" link=").append(escaped(entry.rawTarget()));
      case CHARACTER_DEVICE, BLOCK_DEVICE ->
          text.append(" device=native,")
              .append(entry.device().major())
              .append(',')
              .append(entry.device().minor());
      case DIRECTORY, FIFO, SOCKET -> {}
    }
    Xattrs xattrs = metadata.xattrs();
    for (String name : xattrs.names()) {
      text.append(" xattr.").append(escapedText(name)).append('=');
      text.append(Base64.getEncoder().encodeToString(xattrs.value(name)));
    }
  }

  void path(TreePath path) {
    text.append("./").append(escaped(path.raw()));
  }

  static String word(Type type) {
    return switch (type) {
      case FILE -> "file";
      case DIRECTORY -> "dir";
      case SYMLINK -> "link";
      case CHARACTER_DEVICE -> "char";
      case BLOCK_DEVICE -> "block";
      case FIFO -> "fifo";
      case SOCKET -> throw new IllegalArgumentException("images and layers have no sockets");
    };
  }

  /**
   * Replaces bytes that separate words or are not printable by a backslash and three octal digits
   * (vis(3), VIS_OCTAL).
   *
   * @param raw bytes, one a {@code char}
   */
  public static String escaped(String raw) {
    int plain = 0;
    while (plain < raw.length() && isPlain(raw.charAt(plain))) {
      plain++;
    }
    if (plain == raw.length()) {
      return raw;
    }
    StringBuilder escaped = new StringBuilder(raw.length() + 16).append(raw, 0, plain);
    for (int i = plain; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (isPlain(c)) {
        escaped.append(c);
      } else {
        escaped
            .append('\\')
            .append((char) ('0' + (c >> 6)))
            .append((char) ('0' + (c >> 3 & 7)))
            .append((char) ('0' + (c & 7)));
      }
    }
    return escaped.toString();
  }

  /** Encodes text for people, such as the name of a layer, in UTF-8. */
  static String escapedText(String text) {
    return escaped(new String(text.getBytes(UTF_8), ISO_8859_1));
  }

  private static boolean isPlain(char c) {
    return c > ' ' && c < 0x7F && c != '\\' && c != '#' && c != '=';
  }
}
