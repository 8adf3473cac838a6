package dev.diskless.boot;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Optional;

/**
 * Values in the file of a kernel.
 *
 * @param format format of the file
 * @param banner release, builder and build time, such as {@code 6.1.0-37-amd64 (…) #1 SMP …}
 * @param header fields of the x86 boot protocol; empty for other formats than bzImage
 * @param payload part of the file that contains the compressed kernel
 * @param hasEfiStub whether UEFI firmware can start the kernel without a loader
 * @param isSigned whether the file has a signature for Secure Boot, of any signer
 */
public record KernelImage(
    KernelFormat format,
    String banner,
    Optional<Header> header,
    Payload payload,
    boolean hasEfiStub,
    boolean isSigned) {

  /**
   * Fields of the setup header (Documentation/arch/x86/boot.rst).
   *
   * @param protocol version of the boot protocol: 0x020F is 2.15
   * @param rootFlags 0 mounts the root for writing. The command line overrides it
   * @param rootDevice major × 256 + minor; 0x00FF is NFS. The command line overrides it
   * @param commandLineSize maximum length of the command line in bytes, without the NUL at its end
   */
  public record Header(int protocol, int rootFlags, int rootDevice, int commandLineSize) {

    /** Returns the version of the boot protocol, such as 2.15. */
    public String protocolText() {
      return "%d.%02d".formatted(protocol >> 8, protocol & 0xFF);
    }
  }

  /**
   * Part of the file.
   *
   * @param offset offset of the first byte
   * @param length length in bytes
   * @param compression compression of the part
   */
  public record Payload(long offset, long length, KernelCompression compression) {}

  /** Offset of the root flags, 498, which rdev(8) wrote: 0 mounts the root for writing. */
  static final int ROOT_FLAGS = 0x1F2;

  /** Offset of the root device, 508, which rdev(8) wrote. */
  static final int ROOT_DEVICE = 0x1FC;

  private static final int SETUP_SECTORS = 0x1F1;
  private static final int BOOT_FLAG = 0x1FE;
  private static final int MAGIC = 0x202;
  private static final int PROTOCOL = 0x206;
  private static final int KERNEL_VERSION = 0x20E;
  private static final int COMMAND_LINE_SIZE = 0x238;
  private static final int PAYLOAD_OFFSET = 0x248;
  private static final int PAYLOAD_LENGTH = 0x24C;
  private static final int SECTOR = 512;

  /** The limit before protocol 2.06, which names one, and that of arm64 (its COMMAND_LINE_SIZE). */
  private static final int OLD_COMMAND_LINE = 255;

  private static final int ARM64_COMMAND_LINE = 2047;

  private static final int ARM64_MAGIC = 0x38;
  private static final String ARM64_TEXT = "ARMd";

  /** drivers/firmware/efi/libstub/zboot-header.S. */
  private static final int ZBOOT_MAGIC = 4;

  private static final String ZBOOT_TEXT = "zimg";
  private static final int ZBOOT_OFFSET = 8;
  private static final int ZBOOT_LENGTH = 12;

  private static final int LONGEST_BANNER = 512;

  /** All of the setup code, and the PE header, even with the most sectors that a byte can name. */
  private static final int START = 257 * SECTOR;

  public KernelImage {
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(banner, "banner");
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(payload, "payload");
  }

  /** Returns the output of {@code uname -r}, which is also the name of the modules' folder. */
  public String release() {
    int space = banner.indexOf(' ');
    return space < 0 ? banner : banner.substring(0, space);
  }

  /** Returns the maximum length of the command line in bytes. */
  public int commandLineSize() {
    return header.map(Header::commandLineSize).orElse(ARM64_COMMAND_LINE);
  }

  /**
   * Returns the format of a kernel; empty if the format is unknown.
   *
   * @throws IOException if the file appears to be compressed but cannot be decompressed
   */
  public static Optional<KernelFormat> format(Content file) throws IOException {
    LittleEndian start = start(file);
    if (start.has(MAGIC, "HdrS")) {
      return Optional.of(KernelFormat.BZIMAGE);
    }
    boolean isArm64 =
        start.has(ARM64_MAGIC, ARM64_TEXT)
            || start.has(ZBOOT_MAGIC, ZBOOT_TEXT)
            || KernelCompression.detect(start) != KernelCompression.NONE
                && unpackedStart(file, payload(file, 0, file.size())).has(ARM64_MAGIC, ARM64_TEXT);
    return isArm64 ? Optional.of(KernelFormat.ARM64) : Optional.empty();
  }

  /**
   * Returns the decompressed content of an arm64 Image that is compressed as a whole, which loaders
   * cannot start. Returns nothing for all other files, because bzImages and EFI zboot kernels
   * decompress themselves.
   */
  static Optional<Content> unpacked(Content file) throws IOException {
    LittleEndian start = start(file);
    KernelCompression compression = KernelCompression.detect(start);
    if (compression == KernelCompression.NONE || compression == KernelCompression.LZO) {
      return Optional.empty();
    }
    Content unpacked = new UnpackedKernel(file, compression);
    try (InputStream in = unpacked.open()) {
      boolean isImage = new LittleEndian(in.readNBytes(START)).has(ARM64_MAGIC, ARM64_TEXT);
      return isImage ? Optional.of(unpacked) : Optional.empty();
    } catch (IOException e) {
      // The check of the kernel reports the damage.
      return Optional.empty();
    }
  }

  private static LittleEndian unpackedStart(Content file, Payload payload) throws IOException {
    try (InputStream in = open(file, payload)) {
      return new LittleEndian(in.readNBytes(START));
    }
  }

  /**
   * Reads a kernel.
   *
   * @param name for messages, such as {@code image debian, /boot/vmlinuz-6.1}
   * @param problems receives an error if the kernel is not valid; the result is then empty
   */
  public static Optional<KernelImage> read(String name, Content file, Problems problems) {
    try {
      Optional<KernelFormat> format = format(file);
      if (format.isEmpty()) {
        problems.add(
            Problem.error(
                name + " is not a kernel: neither a bzImage nor an arm64 Image",
                "give a file such as /boot/vmlinuz-6.1.0-37-amd64"));
        return Optional.empty();
      }
      return Optional.of(
          format.get() == KernelFormat.BZIMAGE
              ? bzImage(start(file), file)
              : arm64(start(file), file));
    } catch (IOException e) {
      problems.add(
          Problem.error(
              "%s cannot be read as a kernel: %s".formatted(name, reason(e)),
              "copy it again, or choose another kernel"));
      return Optional.empty();
    }
  }

  static String reason(IOException e) {
    return e.getMessage() == null ? "its packed part is damaged" : e.getMessage();
  }

  private static LittleEndian start(Content file) throws IOException {
    try (InputStream in = file.open()) {
      return new LittleEndian(in.readNBytes(START));
    }
  }

  private static KernelImage bzImage(LittleEndian start, Content file) throws IOException {
    if (start.u16(BOOT_FLAG) != 0xAA55) {
      throw new IOException("it has no boot sector, 55 AA at its byte 510");
    }
    int protocol = start.u16(PROTOCOL);
    if (protocol < 0x0208) {
      throw new IOException(
          "its boot protocol %d.%02d is older than 2.08, of Linux 2.6.24"
              .formatted(protocol >> 8, protocol & 0xFF));
    }
    int sectors = start.u8(SETUP_SECTORS);
    long setup = (sectors == 0 ? 5L : sectors + 1L) * SECTOR;
    int version = start.u16(KERNEL_VERSION);
    if (version == 0 || version + 0x200L >= setup) {
      throw new IOException("it does not contain its version");
    }
    String banner = start.text(version + 0x200L, LONGEST_BANNER);
    requireText(banner);
    long offset = setup + start.u32(PAYLOAD_OFFSET);
    long length = start.u32(PAYLOAD_LENGTH);
    if (offset + length > file.size()) {
      throw new IOException(
          "it is cut off: it has %,d bytes, and its packed part ends at %,d"
              .formatted(file.size(), offset + length));
    }
    int commandLine = (int) Math.min(start.u32(COMMAND_LINE_SIZE), Integer.MAX_VALUE);
    Header header =
        new Header(
            protocol,
            start.u16(ROOT_FLAGS),
            start.u16(ROOT_DEVICE),
            commandLine == 0 ? OLD_COMMAND_LINE : commandLine);
    PeHeader pe = PeHeader.of(start);
    return new KernelImage(
        KernelFormat.BZIMAGE,
        banner,
        Optional.of(header),
        payload(file, offset, length),
        pe.exists(),
        pe.isSigned());
  }

  private static KernelImage arm64(LittleEndian start, Content file) throws IOException {
    Payload payload;
    if (start.has(ZBOOT_MAGIC, ZBOOT_TEXT)) {
      long offset = start.u32(ZBOOT_OFFSET);
      long length = start.u32(ZBOOT_LENGTH);
      if (offset + length > file.size()) {
        throw new IOException("it is cut off");
      }
      payload = payload(file, offset, length);
    } else {
      payload = payload(file, 0, file.size());
    }
    PeHeader pe = PeHeader.of(start);
    boolean hasStub = pe.exists();
    if (payload.compression() != KernelCompression.NONE) {
      LittleEndian unpacked = unpackedStart(file, payload);
      if (!unpacked.has(ARM64_MAGIC, ARM64_TEXT)) {
        throw new IOException("its packed content is not an arm64 Image");
      }
      hasStub |= PeHeader.of(unpacked).exists();
    }
    String banner;
    try (InputStream in = open(file, payload)) {
      banner =
          new KernelScan(in)
              .banner()
              .orElseThrow(() -> new IOException("it does not contain its version"));
    }
    Optional<Content> unpacked = unpacked(file);
    if (unpacked.isPresent()) {
      // The kernel is served decompressed, so all of it must be readable.
      try (InputStream in = unpacked.get().open()) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
    return new KernelImage(
        KernelFormat.ARM64, banner, Optional.empty(), payload, hasStub, pe.isSigned());
  }

  private static void requireText(String banner) throws IOException {
    if (banner.isEmpty() || !banner.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
      throw new IOException("it does not contain its version");
    }
  }

  private static Payload payload(Content file, long offset, long length) throws IOException {
    try (BufferedInputStream in = new BufferedInputStream(file.open())) {
      in.skipNBytes(offset);
      return new Payload(offset, length, KernelCompression.detect(in));
    }
  }

  /** Opens the decompressed kernel. */
  private static InputStream open(Content file, Payload payload) throws IOException {
    InputStream in = file.open();
    try {
      in.skipNBytes(payload.offset());
      long length = Math.max(0, payload.length() - payload.compression().trailer());
      return payload.compression().decompress(new Bounded(in, length));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Returns the configuration inside the kernel, if the kernel was built with IKCONFIG. This
   * decompresses the kernel, which takes about a second.
   *
   * @param file that this was read from
   * @throws IOException if the compressed part is damaged, or compressed with lzo
   */
  public Optional<KernelConfiguration> embeddedConfiguration(Content file) throws IOException {
    Optional<byte[]> packed;
    try (InputStream in = open(file, payload)) {
      packed = new KernelScan(in).packedConfiguration();
    }
    if (packed.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in =
        KernelCompression.GZIP.decompress(new ByteArrayInputStream(packed.get()))) {
      return Optional.of(KernelConfiguration.read(in));
    }
  }

  /** Stream with a maximum length. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      if (left <= 0) {
        return -1;
      }
      left--;
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (left <= 0) {
        return length == 0 ? 0 : -1;
      }
      int count = in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(0, count);
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
