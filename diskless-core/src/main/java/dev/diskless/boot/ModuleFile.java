package dev.diskless.boot;

import dev.diskless.tree.Content;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * A kernel's module: an ELF file (elf(5)), bare or compressed, with a section {@code .modinfo} of
 * {@code name=value} texts, each ended by a NUL.
 *
 * @param kernelRelease of the kernel it was built for, the first word of its vermagic
 */
record ModuleFile(String kernelRelease) {

  /** Debug information is not in what distributions install; 64 MiB are beyond every module. */
  private static final int LARGEST = 64 << 20;

  private static final int LONGEST_TEXT = 1024;
  private static final String VERMAGIC = "vermagic=";

  /**
   * Reads a module.
   *
   * @throws IOException if it is none, or damaged; the message says so
   */
  static ModuleFile read(Content file) throws IOException {
    LittleEndian elf;
    try (BufferedInputStream in = new BufferedInputStream(file.open());
        InputStream unpacked = KernelCompression.detect(in).decompress(in)) {
      elf = new LittleEndian(unpacked.readNBytes(LARGEST));
    }
    if (!elf.has(0, "\u007fELF")) {
      throw new IOException("it is not an ELF file");
    }
    // EI_DATA: 1 is little endian, as all that this reads.
    if (elf.u8(5) != 1) {
      throw new IOException("it is for a big-endian machine, which diskless does not support");
    }
    return new ModuleFile(
        vermagic(elf)
            .orElseThrow(
                () -> new IOException("it does not contain the version of" + " its kernel")));
  }

  private static Optional<String> vermagic(LittleEndian elf) throws IOException {
    boolean is64 = elf.u8(4) == 2;
    long headers = is64 ? elf.u64(0x28) : elf.u32(0x20);
    int size = elf.u16(is64 ? 0x3A : 0x2E);
    int count = elf.u16(is64 ? 0x3C : 0x30);
    int names = elf.u16(is64 ? 0x3E : 0x32);
    long texts = offset(elf, is64, headers + (long) names * size);
    for (int i = 0; i < count; i++) {
      long header = headers + (long) i * size;
      if (elf.text(texts + elf.u32(header), LONGEST_TEXT).equals(".modinfo")) {
        long start = offset(elf, is64, header);
        long end = start + (is64 ? elf.u64(header + 0x20) : elf.u32(header + 0x14));
        return vermagic(elf, start, end);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> vermagic(LittleEndian elf, long start, long end)
      throws IOException {
    long at = start;
    while (at < end) {
      String text = elf.text(at, LONGEST_TEXT);
      if (text.startsWith(VERMAGIC)) {
        String value = text.substring(VERMAGIC.length());
        return Optional.of(value.contains(" ") ? value.substring(0, value.indexOf(' ')) : value);
      }
      at += text.length() + 1L;
    }
    return Optional.empty();
  }

  private static long offset(LittleEndian elf, boolean is64, long header) throws IOException {
    return is64 ? elf.u64(header + 0x18) : elf.u32(header + 0x10);
  }
}
