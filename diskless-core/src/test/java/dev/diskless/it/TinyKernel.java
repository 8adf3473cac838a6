package dev.diskless.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPOutputStream;

/** Files with all that a kernel is known by, and nothing that runs. */
public final class TinyKernel {

  private static final int SETUP_SECTORS = 2;
  private static final int SECTOR = 512;

  /** Where the kernel proper begins in a bzImage made here, the boot sector counted. */
  public static final int PAYLOAD = (SETUP_SECTORS + 1) * SECTOR;

  private TinyKernel() {}

  /** A bzImage of boot protocol 2.15 (Documentation/arch/x86/boot.rst) for a release. */
  public static byte[] bzImage(String release, byte[] payload) {
    ByteBuffer file = ByteBuffer.allocate(PAYLOAD + payload.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0x1F1, (byte) SETUP_SECTORS);
    file.putShort(0x1F2, (short) 1);
    file.putShort(0x1FC, (short) 0x0801);
    file.putShort(0x1FE, (short) 0xAA55);
    file.put(0x202, "HdrS".getBytes(ISO_8859_1));
    file.putShort(0x206, (short) 0x020F);
    file.putShort(0x20E, (short) 0x100);
    file.put(0x211, (byte) 1);
    file.putInt(0x238, 2047);
    file.putInt(0x248, 0);
    file.putInt(0x24C, payload.length);
    file.put(0x300, (release + " (somebody@example) #1 SMP 2026-01-01\0").getBytes(ISO_8859_1));
    file.put(PAYLOAD, payload);
    return file.array();
  }

  /** A bzImage without anything packed in it. */
  public static byte[] bzImage(String release) {
    return bzImage(release, new byte[64]);
  }

  /** Bytes of a kernel proper that holds a configuration, as IKCONFIG has it. */
  public static byte[] withConfiguration(String configuration) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(new byte[100_000]);
    // The kernel may speak of its mark elsewhere.
    all.write("grep IKCFG_ST in IKCFG_IKCFG_S".getBytes(ISO_8859_1));
    all.write("IKCFG_ST".getBytes(ISO_8859_1));
    try (GZIPOutputStream gzip =
        new GZIPOutputStream(all) {
          @Override
          public void close() throws IOException {
            finish();
          }
        }) {
      gzip.write(configuration.getBytes(ISO_8859_1));
    }
    all.write("IKCFG_ED".getBytes(ISO_8859_1));
    all.write(new byte[10_000]);
    return all.toByteArray();
  }

  /** A bare arm64 Image (Documentation/arch/arm64/booting.rst) for a release. */
  public static byte[] arm64(String release, byte[] proper) {
    byte[] banner =
        ("Linux version %s (%s)\0Linux version " + release + " (somebody@example) #1 SMP\n\0")
            .getBytes(ISO_8859_1);
    ByteBuffer file =
        ByteBuffer.allocate(64 + banner.length + proper.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0x38, "ARMd".getBytes(ISO_8859_1));
    file.put(64, banner);
    file.put(64 + banner.length, proper);
    return file.array();
  }

  /** An EFI zboot (drivers/firmware/efi/libstub/zboot-header.S) around something packed. */
  public static byte[] zboot(String compression, byte[] packed) {
    ByteBuffer file = ByteBuffer.allocate(512 + packed.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0, "MZ\0\0zimg".getBytes(ISO_8859_1));
    file.putInt(8, 512);
    file.putInt(12, packed.length);
    file.put(24, compression.getBytes(ISO_8859_1));
    file.put(512, packed);
    return file.array();
  }

  /** What a distribution's configuration says of all that every root mode needs. */
  public static String configuration() {
    return """
        CONFIG_MODULES=y
        CONFIG_BLK_DEV_INITRD=y
        CONFIG_PACKET=y
        CONFIG_NETWORK_FILESYSTEMS=y
        CONFIG_NFS_FS=m
        CONFIG_NFS_V3=m
        CONFIG_DEVTMPFS=y
        CONFIG_TMPFS=y
        CONFIG_OVERLAY_FS=m
        CONFIG_BLK_DEV_LOOP=m
        CONFIG_SQUASHFS=m
        CONFIG_SQUASHFS_ZSTD=y
        # CONFIG_IP_PNP is not set
        """;
  }
}
