package dev.diskless.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.archive.Compression;
import dev.diskless.boot.Initramfs;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written here must be what the reader of initramfs images takes. */
class CpioWriterTest {

  private static final Metadata PLAIN = Metadata.root(0644, Instant.parse("2026-01-01T00:00:00Z"));

  private static Entry file(String path, String text) {
    return Entry.file(TreePath.of(path), PLAIN, new BytesContent(text.getBytes(UTF_8)), "test");
  }

  private static byte[] cpio(Compression compression, Entry... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CpioWriter writer = new CpioWriter(compression.compress(bytes))) {
      for (Entry entry : FileTree.of(List.of(entries))) {
        writer.write(entry);
      }
    }
    return bytes.toByteArray();
  }

  private static Initramfs read(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    return Initramfs.of(
        Entry.file(TreePath.of("initrd"), PLAIN, new BytesContent(all.toByteArray()), "test"));
  }

  @Test
  void everyKindOfEntryIsTold() throws IOException {
    byte[] cpio =
        cpio(
            Compression.NONE,
            file("etc/one", "1"),
            file("etc/three", "123"),
            Entry.symlink(TreePath.of("bin"), PLAIN, "usr/bin", "test"),
            Entry.device(
                TreePath.of("dev/console"),
                Entry.Type.CHARACTER_DEVICE,
                PLAIN,
                new Entry.Device(5, 1),
                "test"));

    assertThat(read(cpio).names())
        .containsExactlyInAnyOrder("etc", "etc/one", "etc/three", "bin", "dev", "dev/console");
    assertThat(cpio.length % 4).isZero();
  }

  @Test
  void theHeaderIsAsTheKernelReadsIt() throws IOException {
    String text = new String(cpio(Compression.NONE, file("a", "xyz")), UTF_8);

    assertThat(text).startsWith("070701");
    assertThat(text.substring(14, 22)).isEqualToIgnoringCase("%08X".formatted(0100644));
    assertThat(text.substring(54, 62)).isEqualTo("00000003");
    assertThat(text.substring(94, 102)).isEqualTo("00000002");
    assertThat(text.substring(110, 112)).isEqualTo("a\0");
    assertThat(text.substring(112, 116)).isEqualTo("xyz\0");
  }

  @Test
  void archivesFollowEachOtherBareAndCompressed() throws IOException {
    List<Compression> all = new ArrayList<>(List.of(Compression.GZIP, Compression.ZSTD));
    for (Compression compression : all) {
      Initramfs read =
          read(
              cpio(Compression.NONE, file("kernel/x86/microcode/AuthenticAMD.bin", "code")),
              new byte[512],
              cpio(compression, file("init", "#!/bin/sh"), file("scripts/nfs", "nfs")));

      assertThat(read.has("init")).as("%s", compression).isTrue();
      assertThat(read.has("kernel/x86/microcode/AuthenticAMD.bin")).isTrue();
      assertThat(read.has("scripts/local")).isFalse();
    }
  }
}
