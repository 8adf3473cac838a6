package dev.diskless.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ZstdFramesTest {

  @TempDir private Path folder;

  static LongStream seeds() {
    return LongStream.range(0, 100);
  }

  /** Frames of all kinds of content, with and without their size in the header. */
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void findsTheFramesThatWereWritten(long seed) throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Path file = folder.resolve("file.zst");
    int count = 1 + random.nextInt(5);
    byte[][] contents = new byte[count][];
    long[] ends = new long[count];
    for (int i = 0; i < count; i++) {
      contents[i] = content(random);
      all.write(frame(contents[i], random));
      ends[i] = all.size();
    }
    Files.write(file, all.toByteArray());
    List<ZstdFrames.Frame> frames = ZstdFrames.of(file);

    assertThat(frames)
        .extracting(ZstdFrames.Frame::end)
        .as("seed %d", seed)
        .containsExactly(box(ends));
    int one = random.nextInt(count);
    int other = random.nextInt(count);
    try (InputStream in =
        Compression.ZSTD.decompress(
            ZstdFrames.open(file, List.of(frames.get(one), frames.get(other))))) {
      byte[] read = in.readAllBytes();
      assertThat(Arrays.copyOf(read, contents[one].length)).isEqualTo(contents[one]);
      assertThat(Arrays.copyOfRange(read, contents[one].length, read.length))
          .isEqualTo(contents[other]);
    }
  }

  private static Long[] box(long[] numbers) {
    return LongStream.of(numbers).boxed().toArray(Long[]::new);
  }

  private static byte[] content(RandomGenerator random) {
    byte[] content = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(400_000)];
    if (random.nextBoolean()) {
      // Else zeros, which are blocks of one byte.
      random.nextBytes(content);
    }
    return content;
  }

  private static byte[] frame(byte[] content, RandomGenerator random) throws IOException {
    if (random.nextBoolean()) {
      return Zstd.compress(content);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zstd = Compression.ZSTD.compress(out)) {
      zstd.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void passesOverFramesForPrograms() throws IOException {
    Path file = folder.resolve("file.zst");
    byte[] frame = Zstd.compress(new byte[] {1, 2, 3});
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(new byte[] {0x5A, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 9, 9, 9, 9});
    all.write(frame);
    Files.write(file, all.toByteArray());

    assertThat(ZstdFrames.of(file))
        .containsExactly(new ZstdFrames.Frame(0, 12), new ZstdFrames.Frame(12, 12 + frame.length));
  }

  @Test
  void whatIsCutOffOrNoFrameIsAnError() throws IOException {
    Path file = folder.resolve("file.zst");
    byte[] frame = Zstd.compress(new byte[100_000]);
    for (int length = 1; length < frame.length; length++) {
      Files.write(file, Arrays.copyOf(frame, length));
      assertThatThrownBy(() -> ZstdFrames.of(file)).isInstanceOf(IOException.class);
    }
    Files.writeString(file, "no frame at all");
    assertThatThrownBy(() -> ZstdFrames.of(file))
        .hasMessageContaining("no frame of zstd at byte 0");
  }
}
