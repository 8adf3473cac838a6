package dev.diskless.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.tree.Content.Extent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {

  private static final List<Extent> EXTENTS =
      List.of(new Extent(100, 50), new Extent(400, 100), new Extent(900, 100));

  @TempDir Path directory;

  private byte[] whole;
  private Path file;
  private Path packed;

  private void write() throws IOException {
    whole = new byte[1200];
    byte[] data = new byte[250];
    new Random(1).nextBytes(data);
    System.arraycopy(data, 0, whole, 100, 50);
    System.arraycopy(data, 50, whole, 400, 100);
    System.arraycopy(data, 150, whole, 900, 100);
    file = Files.write(directory.resolve("file"), whole);
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    archive.writeBytes(new byte[77]);
    archive.writeBytes(data);
    archive.writeBytes(new byte[] {1, 2, 3});
    packed = Files.write(directory.resolve("packed"), archive.toByteArray());
  }

  private List<Content> contents() {
    return List.of(
        new BytesContent(whole),
        new FileContent(file, 1200),
        new FileContent(file, 1200, EXTENTS, Optional.empty()),
        new SliceContent(new SharedFile(packed), 77, 1200, EXTENTS, Optional.empty()));
  }

  @Test
  void givesEveryByteHolesAsZeros() throws IOException {
    write();
    for (Content content : contents()) {
      try (InputStream in = content.open()) {
        assertThat(in.readAllBytes()).as("%s", content).isEqualTo(whole);
        assertThat(in.read()).isEqualTo(-1);
      }
      try (InputStream in = content.open()) {
        for (byte b : whole) {
          assertThat(in.read()).isEqualTo(b & 0xFF);
        }
        assertThat(in.read()).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void skipsToAnyPlace(long seed) throws IOException {
    write();
    for (Content content : contents()) {
      Random random = new Random(seed);
      try (InputStream in = content.open()) {
        int at = 0;
        while (at < whole.length) {
          int skip = Math.min(random.nextInt(200), whole.length - at);
          in.skipNBytes(skip);
          at += skip;
          byte[] part = in.readNBytes(random.nextInt(200));
          assertThat(part)
              .as("seed %d: %s at %d", seed, content, at)
              .isEqualTo(Arrays.copyOfRange(whole, at, at + part.length));
          at += part.length;
        }
      }
    }
  }

  @Test
  void knowsWhetherItHasHoles() throws IOException {
    write();

    assertThat(contents()).extracting(Content::isSparse).containsExactly(false, false, true, true);
    assertThat(new BytesContent(new byte[0]).extents()).isEmpty();
    assertThat(new FileContent(file, 1200).extents()).containsExactly(new Extent(0, 1200));
    assertThat(new FileContent(file, 0).isSparse()).isFalse();
  }

  @Test
  void refusesExtentsThatDoNotFit() {
    Path path = Path.of("f");
    List<List<Extent>> wrong =
        List.of(
            List.of(new Extent(0, 11)),
            List.of(new Extent(9, 2)),
            List.of(new Extent(20, 1)),
            List.of(new Extent(0, 5), new Extent(4, 1)),
            List.of(new Extent(5, 1), new Extent(0, 1)),
            List.of(new Extent(Long.MAX_VALUE, Long.MAX_VALUE)));
    for (List<Extent> extents : wrong) {
      assertThatThrownBy(() -> new FileContent(path, 10, extents, Optional.empty()))
          .as("%s", extents)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new Extent(0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Extent(-1, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysSoWhereTheFileBecameShorter() throws IOException {
    write();
    Content content = new FileContent(file, 1201);

    try (InputStream in = content.open()) {
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("shorter");
    }
  }

  @Test
  void readsOnAfterAnInterruptOfAnother() throws Exception {
    write();
    SharedFile shared = new SharedFile(packed);
    Content content = new SliceContent(shared, 77, 250, null, Optional.empty());
    Thread interrupted =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              assertThatThrownBy(() -> content.open().read()).isInstanceOf(IOException.class);
            });
    interrupted.start();
    interrupted.join();

    try (InputStream in = content.open()) {
      assertThat(in.readAllBytes()).hasSize(250);
    }
    shared.close();
    try (InputStream in = content.open()) {
      assertThat(in.readAllBytes()).hasSize(250);
    }
  }
}
