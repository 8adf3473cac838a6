package dev.diskless.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void givesBackWhatWasCompressedInSeveralMembers(Compression compression) throws IOException {
    byte[] first = mixed(1, 300_000);
    byte[] second = mixed(2, 70_000);
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(compressed(compression, first));
    both.writeBytes(compressed(compression, second));
    both.writeBytes(compressed(compression, new byte[0]));
    Path file = Files.write(directory.resolve("named.tar"), both.toByteArray());

    assertThat(Compression.detect(file)).isEqualTo(compression);
    try (InputStream in = compression.decompress(new Trickle(both.toByteArray()))) {
      byte[] expected = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, expected, first.length, second.length);
      assertThat(Arrays.equals(in.readAllBytes(), expected)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  void refusesWhatWasCutOff(Compression compression) throws IOException {
    byte[] whole = compressed(compression, mixed(1, 300_000));
    InputStream cut = new ByteArrayInputStream(Arrays.copyOf(whole, whole.length - 20));

    assertThatThrownBy(() -> compression.decompress(cut).readAllBytes())
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "ZSTD"})
  void refusesWhatIsCorrupt(Compression compression) throws IOException {
    byte[] bytes = compressed(compression, mixed(1, 300_000));
    bytes[bytes.length - 3] ^= 1; // in the checksum

    assertThatThrownBy(() -> compression.decompress(new ByteArrayInputStream(bytes)).readAllBytes())
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({"'',NONE", "ab,NONE", "PK,NONE", "'PAX Header',NONE"})
  void detectsNothingInOtherFiles(String content, Compression expected) throws IOException {
    Path file = Files.writeString(directory.resolve("file.gz"), content);

    assertThat(Compression.detect(file)).isEqualTo(expected);
  }

  @Test
  void writesTheSameBytesWhateverTheWorkersTheChunksAndTheFlushes() throws IOException {
    byte[] data = mixed(3, 12_000_000);
    byte[] one = zstd(data, 1, data.length, false);

    assertThat(Arrays.equals(zstd(data, 2, 1 << 18, false), one)).isTrue();
    assertThat(Arrays.equals(zstd(data, 4, 12_345, false), one)).isTrue();
    assertThat(Arrays.equals(zstd(data, 3, 1 << 20, true), one)).isTrue();
    assertThat(Arrays.equals(compressed(Compression.ZSTD, data), one)).isTrue();
  }

  @Test
  void putsNeitherTimeNorNameIntoGzip() throws IOException {
    byte[] bytes = compressed(Compression.GZIP, mixed(1, 1000));

    // RFC 1952: magic, deflate, no flags, no time, no extra flags; the last byte is the system.
    assertThat(Arrays.copyOf(bytes, 9))
        .isEqualTo(new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0});
    assertThat(compressed(Compression.GZIP, mixed(1, 1000))).isEqualTo(bytes);
  }

  @Test
  void doesNotWriteXz() {
    assertThatThrownBy(() -> Compression.XZ.compress(new ByteArrayOutputStream()))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @RequiresProgram("zstd")
  @Test
  void readsWindowsLargerThanTheDefault() throws IOException {
    Path plain = Files.write(directory.resolve("plain"), mixed(4, 1_000_000));
    Shell.check(directory, "cat plain | zstd -q --long=30 -1 -o long.zst");

    try (InputStream in =
        Compression.ZSTD.decompress(Files.newInputStream(directory.resolve("long.zst")))) {
      assertThat(Arrays.equals(in.readAllBytes(), Files.readAllBytes(plain))).isTrue();
    }
  }

  private static byte[] zstd(byte[] data, int workers, int chunk, boolean flush)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zstd = Compression.zstd(out, workers)) {
      for (int at = 0; at < data.length; at += chunk) {
        zstd.write(data, at, Math.min(chunk, data.length - at));
        if (flush) {
          zstd.flush();
        }
      }
    }
    return out.toByteArray();
  }

  private static byte[] compressed(Compression compression, byte[] data) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream to =
        compression == Compression.XZ
            ? new XZOutputStream(out, new LZMA2Options(0))
            : compression.compress(out)) {
      to.write(data);
    }
    return out.toByteArray();
  }

  /** Partly random, partly not. */
  private static byte[] mixed(long seed, int size) {
    byte[] bytes = new byte[size];
    Random random = new Random(seed);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ((i >> 10 & 3) == 0 ? random.nextInt() : i >> 4);
    }
    return bytes;
  }

  /** Like a pipe: never says that more is available, and gives little at a time. */
  private static final class Trickle extends ByteArrayInputStream {
    Trickle(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int available() {
      return 0;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) {
      return super.read(bytes, offset, Math.min(length, 1000));
    }
  }
}
