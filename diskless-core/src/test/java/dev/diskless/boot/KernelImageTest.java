package dev.diskless.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.diskless.it.TinyKernel;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import dev.diskless.tree.BytesContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelImageTest {

  private static final String CONFIGURATION = "CONFIG_NFS_FS=m\n# CONFIG_IP_PNP is not set\n";

  @TempDir private Path folder;
  private final Problems problems = new Problems();

  private Optional<KernelImage> read(byte[] file) {
    return KernelImage.read("k", new BytesContent(file), problems);
  }

  private Optional<FoundConfiguration> configuration(byte[] file) {
    return read(file)
        .flatMap(
            image ->
                FoundConfiguration.of(
                    "k", image, new BytesContent(file), Optional.empty(), "", problems));
  }

  private byte[] packed(String command, byte[] bytes, boolean isSizeAppended) throws IOException {
    String program = command.substring(0, command.indexOf(' '));
    Shell.assumeInstalled(program);
    Files.write(folder.resolve("in"), bytes);
    assertThat(Shell.run(folder, command + " <in >out").exit()).isZero();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(Files.readAllBytes(folder.resolve("out")));
    if (isSizeAppended) {
      all.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length).array());
    }
    return all.toByteArray();
  }

  @Test
  void theHeaderOfABzImageIsRead() {
    KernelImage image = read(TinyKernel.bzImage("6.1.0-9-test")).orElseThrow();

    assertThat(image.release()).isEqualTo("6.1.0-9-test");
    assertThat(image.banner()).endsWith("#1 SMP 2026-01-01");
    assertThat(image.format()).isEqualTo(KernelFormat.BZIMAGE);
    assertThat(image.header()).contains(new KernelImage.Header(0x020F, 1, 0x0801, 2047));
    assertThat(image.header().get().protocolText()).isEqualTo("2.15");
    assertThat(image.payload())
        .isEqualTo(new KernelImage.Payload(TinyKernel.PAYLOAD, 64, KernelCompression.NONE));
    assertThat(image.hasEfiStub()).isFalse();
    assertThat(image.isSigned()).isFalse();
    assertThat(problems.all()).isEmpty();
  }

  /** The commands are those of the kernel's scripts/Makefile.lib, faster levels but for xz. */
  @RequiresProgram("gzip")
  @ParameterizedTest
  @CsvSource({
    "GZIP, gzip -n, false",
    "BZIP2, bzip2 -9, true",
    "LZMA, lzma -9, true",
    "XZ, xz --check=crc32 --x86 --lzma2=dict=32MiB, true",
    "LZ4, lz4 -l -9 - -, true",
    "ZSTD, zstd -19 --ultra, true",
    "NONE, cat -, false"
  })
  void itsConfigurationIsFoundHoweverItIsPacked(
      KernelCompression compression, String command, boolean isSizeAppended) throws IOException {
    byte[] packed = packed(command, TinyKernel.withConfiguration(CONFIGURATION), isSizeAppended);
    byte[] file = TinyKernel.bzImage("6.1", packed);

    assertThat(read(file).orElseThrow().payload().compression()).isEqualTo(compression);
    FoundConfiguration found = configuration(file).orElseThrow();
    assertThat(found.configuration().options()).hasSize(1).containsEntry("NFS_FS", "m");
    assertThat(found.source()).isEqualTo("in the kernel itself");
    assertThat(problems.all()).isEmpty();
  }

  @RequiresProgram("gzip")
  @Test
  void whatIsPackedWithLzoIsRefused() throws IOException {
    byte[] packed = packed("lzop -", TinyKernel.withConfiguration(CONFIGURATION), true);

    assertThat(configuration(TinyKernel.bzImage("6.1", packed))).isEmpty();
    assertThat(problems.all())
        .extracting(Problem::message)
        .singleElement()
        .asString()
        .contains("lzo, which diskless does not support");
  }

  @Test
  void aKernelMayHoldNoConfiguration() {
    assertThat(configuration(TinyKernel.bzImage("6.1", new byte[5000]))).isEmpty();
    assertThat(problems.all()).isEmpty();
  }

  @RequiresProgram("gzip")
  @Test
  void anArm64ImageIsReadBareAndPackedAndAsZboot() throws IOException {
    byte[] bare = TinyKernel.arm64("6.1.0-9-arm64", TinyKernel.withConfiguration(CONFIGURATION));
    byte[] packed = packed("gzip -n", bare, false);
    byte[] zstd = packed("zstd -3", bare, true);

    for (byte[] file : Arrays.asList(bare, packed, TinyKernel.zboot("zstd22", zstd))) {
      KernelImage image = read(file).orElseThrow();
      assertThat(image.format()).isEqualTo(KernelFormat.ARM64);
      assertThat(image.release()).isEqualTo("6.1.0-9-arm64");
      assertThat(image.header()).isEmpty();
      assertThat(configuration(file)).isPresent();
    }
    assertThat(problems.all()).isEmpty();
  }

  @RequiresProgram("gzip")
  @Test
  void otherFilesAreNoKernels() throws IOException {
    for (byte[] file :
        Arrays.asList(
            new byte[0],
            "#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
            new byte[100_000],
            packed("gzip -n", new byte[1000], false))) {
      assertThat(read(file)).isEmpty();
    }
    assertThat(problems.all())
        .hasSize(4)
        .allMatch(p -> p.message().contains("neither a bzImage nor an arm64 Image"));
  }

  @RequiresProgram("gzip")
  @Test
  void oneThatIsCutOffAnywhereIsAProblem() throws IOException {
    byte[] packed = packed("xz --check=crc32", TinyKernel.withConfiguration(CONFIGURATION), true);
    byte[] whole = TinyKernel.bzImage("6.1", packed);
    for (int length = 0; length < whole.length; length += 1 + length / 40) {
      assertThat(read(Arrays.copyOf(whole, length))).as("%d bytes", length).isEmpty();
    }
    assertThat(problems.all()).isNotEmpty().allMatch(Problem::isError);
  }

  /** Whatever stands in a file: it is read, or told of, and never thrown. */
  @RequiresProgram("gzip")
  @Test
  void damageIsAProblemAndNeverAnException() throws IOException {
    byte[] proper = TinyKernel.withConfiguration(CONFIGURATION);
    byte[] arm64 = TinyKernel.arm64("6.1", proper);
    byte[][] files = {
      TinyKernel.bzImage("6.1", packed("xz --check=crc32", proper, true)),
      TinyKernel.bzImage("6.1", packed("lz4 -l -", proper, true)),
      TinyKernel.bzImage("6.1", packed("bzip2 -9", proper, true)),
      TinyKernel.bzImage("6.1", packed("lzma -1", proper, true)),
      TinyKernel.bzImage("6.1", packed("zstd -3", proper, true)),
      TinyKernel.bzImage("6.1", packed("gzip -n", proper, false)),
      TinyKernel.bzImage("6.1", proper),
      packed("gzip -n", arm64, false),
      TinyKernel.zboot("gzip", packed("gzip -n", arm64, false)),
      arm64,
      withPe(TinyKernel.bzImage("6.1"), 0x40, 4096),
    };
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 600; round++) {
      byte[] file = files[round % files.length].clone();
      // Mostly where the fields are, else anywhere.
      int changes = 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        int from = random.nextInt(4) == 0 ? file.length : Math.min(file.length, 0x290);
        int start = random.nextBoolean() ? 0 : Math.min(0x1F0, from - 1);
        file[start + random.nextInt(from - start)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(8) == 0) {
        file = Arrays.copyOf(file, random.nextInt(file.length));
      }
      try {
        int before = problems.all().size();
        boolean isRead = read(file).isPresent();
        assertThat(isRead).isEqualTo(problems.all().size() == before);
        configuration(file);
        KernelImage.format(new BytesContent(file));
      } catch (IOException told) {
        assertThat(KernelImage.reason(told)).isNotEmpty();
      } catch (RuntimeException | AssertionError e) {
        fail("seed %d, round %d".formatted(seed, round), e);
      }
    }
    assertThat(problems.hasErrors()).isTrue();
  }

  @Test
  void aSignatureIsSeen() {
    assertThat(read(withPe(TinyKernel.bzImage("6.1"), 0x40, 4096)).orElseThrow().isSigned())
        .isTrue();
    KernelImage unsigned = read(withPe(TinyKernel.bzImage("6.1"), 0x40, 0)).orElseThrow();
    assertThat(unsigned.isSigned()).isFalse();
    assertThat(unsigned.hasEfiStub()).isTrue();
    assertThat(read(withPe(TinyKernel.bzImage("6.1"), 0x7FFFFFF0, 1)).orElseThrow().hasEfiStub())
        .isFalse();
  }

  /** A PE32+ header, with a directory of certificates of that size. */
  private static byte[] withPe(byte[] file, int at, int certificates) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(0, (short) 0x5A4D).putInt(0x3C, at);
    if (at < file.length) {
      bytes.putInt(at, 0x4550).putShort(at + 24, (short) 0x20B);
      bytes.putInt(at + 24 + 108, 6).putInt(at + 24 + 112 + 4 * 8 + 4, certificates);
    }
    return file;
  }
}
