package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.archive.Compression;
import dev.diskless.tree.Entry;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names of the files in an initramfs. It consists of cpio archives of the formats newc and crc,
 * which may be compressed, with zeros between them. Linux describes it in
 * driver-api/early-userspace/buffer-format. Microcode of processors is in a first archive without
 * compression.
 *
 * @param names names in the archives, without a leading {@code ./}
 */
public record Initramfs(Set<String> names) {

  private static final int HEADER = 110;
  private static final int FIELD = 8;
  private static final int FIELDS_AT = 6;
  private static final int SIZE_FIELD = 6;
  private static final int NAME_FIELD = 11;
  private static final int ALIGNMENT = 4;
  private static final int MAGIC = 6;

  /** Maximum length of a name in the kernel (PATH_MAX). A longer name means a damaged archive. */
  private static final int LONGEST_NAME = 4096;

  private static final int BUFFER = 1 << 16;

  public Initramfs {
    names = Set.copyOf(names);
  }

  /**
   * Reads the names.
   *
   * @throws IOException if the file is not a valid initramfs, or if its compression is not
   *     supported; the message contains the reason
   */
  public static Initramfs of(Entry file) throws IOException {
    try (InputStream in = file.content().open()) {
      Set<String> names = new HashSet<>();
      read(new BufferedInputStream(in, BUFFER), names);
      return new Initramfs(names);
    }
  }

  /** Returns whether this file exists, with a split or a merged /usr. */
  public boolean has(String name) {
    return names.contains(name);
  }

  /** Returns whether a file with this name exists in any folder. */
  public boolean hasProgram(String name) {
    return names.stream().anyMatch(n -> n.equals(name) || n.endsWith("/" + name));
  }

  /** Returns whether this kernel module exists, compressed or not (depmod(8)). */
  public boolean hasModule(String module) {
    Pattern file = Pattern.compile("(.*/)?" + Pattern.quote(module) + "\\.ko(\\.(gz|xz|zst))?");
    return names.stream().anyMatch(n -> file.matcher(n).matches());
  }

  private static void read(BufferedInputStream in, Set<String> names) throws IOException {
    boolean any = false;
    while (true) {
      in.mark(MAGIC);
      int first = in.read();
      if (first < 0) {
        if (!any) {
          throw new IOException("it is empty");
        }
        return;
      }
      if (first == 0) {
        continue;
      }
      in.reset();
      in.mark(MAGIC);
      byte[] magic = in.readNBytes(MAGIC);
      in.reset();
      String text = new String(magic, ISO_8859_1);
      if (text.equals("070701") || text.equals("070702")) {
        readArchive(in, names);
        any = true;
        continue;
      }
      // A compressed archive is the last one, because its end in the file is unknown.
      read(new BufferedInputStream(decompress(in, magic), BUFFER), names);
      return;
    }
  }

  /** Decompresses an archive with the formats of the kernel (lib/decompress.c of Linux). */
  private static InputStream decompress(BufferedInputStream in, byte[] magic) throws IOException {
    Compression common = Compression.detect(magic);
    if (common != Compression.NONE) {
      return common.decompress(in);
    }
    KernelCompression other = KernelCompression.detect(in);
    if (other == KernelCompression.NONE) {
      throw new IOException(
          "it is neither a cpio archive nor compressed in a format that" + " kernels support");
    }
    return other.decompress(in);
  }

  private static void readArchive(InputStream in, Set<String> names) throws IOException {
    while (true) {
      byte[] header = exactly(in, HEADER);
      long size = field(header, SIZE_FIELD);
      long nameSize = field(header, NAME_FIELD);
      if (nameSize < 1 || nameSize > LONGEST_NAME) {
        throw new IOException("its cpio archive is damaged");
      }
      byte[] raw = exactly(in, (int) nameSize);
      in.skipNBytes(padding(HEADER + nameSize));
      String name = new String(raw, 0, raw.length - 1, ISO_8859_1);
      if (name.equals("TRAILER!!!")) {
        return;
      }
      names.add(name.startsWith("./") ? name.substring(2) : name);
      in.skipNBytes(size + padding(size));
    }
  }

  private static long padding(long size) {
    return -size & ALIGNMENT - 1;
  }

  private static byte[] exactly(InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("it is cut off");
    }
    return bytes;
  }

  private static long field(byte[] header, int number) throws IOException {
    try {
      return Long.parseLong(new String(header, FIELDS_AT + number * FIELD, FIELD, ISO_8859_1), 16);
    } catch (NumberFormatException e) {
      throw new IOException("its cpio archive is damaged", e);
    }
  }
}
