package dev.diskless.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.RandomTrees;
import dev.diskless.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link TarWriter} writes, {@link TarStream} walks through. */
class TarStreamTest {

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void givesEveryFileOfARandomTree(long seed) throws IOException {
    FileTree tree = new RandomTrees(new Random(seed), "test").tree(300);
    TreeMap<TreePath, byte[]> expected = new TreeMap<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(bytes)) {
      for (Entry entry : tree) {
        if (!entry.path().isRoot()) {
          tar.write(entry.path(), entry);
        }
        if (entry.isFile()) {
          try (InputStream in = entry.content().open()) {
            expected.put(entry.path(), in.readAllBytes());
          }
        }
      }
    }

    int sparse = 0;
    try (TarStream tar = new TarStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      for (Optional<TarStream.Header> file = tar.next(); file.isPresent(); file = tar.next()) {
        assertThat(file.get().kind()).isEqualTo(kind(tree.get(file.get().name()).orElseThrow()));
        if (!file.get().isFile()) {
          continue;
        }
        byte[] content = expected.remove(file.get().name());
        assertThat(content).as("seed %d: %s", seed, file.get()).isNotNull();
        if (file.get().isSparse()) {
          sparse++;
        } else if (file.get().name().raw().length() % 2 == 0) {
          // What is not read is passed over.
          assertThat(tar.content().readAllBytes()).as("seed %d", seed).isEqualTo(content);
        }
      }
    }
    assertThat(expected).as("seed %d", seed).isEmpty();
    assertThat(sparse).as("seed %d", seed).isPositive();
  }

  private static TarStream.Kind kind(Entry entry) {
    return switch (entry.type()) {
      case FILE -> TarStream.Kind.FILE;
      case DIRECTORY -> TarStream.Kind.DIRECTORY;
      case SYMLINK -> TarStream.Kind.SYMBOLIC_LINK;
      case CHARACTER_DEVICE, BLOCK_DEVICE -> TarStream.Kind.DEVICE;
      case FIFO -> TarStream.Kind.FIFO;
      case SOCKET -> throw new AssertionError(entry);
    };
  }

  /** Programs read such archives in different ways, so that one could hide entries from another. */
  static Stream<Arguments> ambiguous() {
    String sparse =
        RawTar.record("GNU.sparse.major", "1")
            + RawTar.record("GNU.sparse.minor", "0")
            + RawTar.record("GNU.sparse.realsize", "1");
    return Stream.of(
        Arguments.of("type 0x4c", new RawTar().entry('L', "././@LongLink", "", "name\0")),
        Arguments.of("type 0x4b", new RawTar().entry('K', "././@LongLink", "", "name\0")),
        Arguments.of("type 0x67", new RawTar().entry('g', "pax", "", "11 path=a\n")),
        Arguments.of("type 0x37", new RawTar().entry('7', "contiguous", "", "")),
        Arguments.of("type 0x00", new RawTar().entry('\0', "old", "", "")),
        Arguments.of(
            "two pax headers",
            new RawTar()
                .pax(RawTar.record("path", "a"))
                .pax(RawTar.record("size", "0"))
                .file("b", "")),
        Arguments.of(
            "belongs to no entry",
            new RawTar().pax(RawTar.record("path", "a")).bytes(new byte[1024])),
        Arguments.of("has content", new RawTar().entry('2', "link", "target", "content")),
        Arguments.of("has content", new RawTar().entry('5', "folder/", "", "content")),
        Arguments.of("slash at the end", new RawTar().file("folder/", "content")),
        Arguments.of(
            "slash at the end", new RawTar().pax(RawTar.record("path", "a/")).file("a", "content")),
        Arguments.of("..", new RawTar().file("a/../b", "")),
        Arguments.of(
            "prefix",
            new RawTar()
                .entry(
                    '0',
                    "name",
                    "",
                    "",
                    h -> {
                      RawTar.put(h, TarFormat.MAGIC, "ustar  \0");
                      RawTar.put(h, TarFormat.PREFIX, "folder");
                    })),
        Arguments.of(
            "not a number",
            new RawTar()
                .entry('0', "a", "", "", h -> RawTar.put(h, TarFormat.SIZE, "+0000000000"))),
        Arguments.of("not a number", new RawTar().pax(RawTar.record("size", "-1")).file("a", "")),
        Arguments.of(
            "sparse",
            new RawTar()
                .pax(sparse + RawTar.record("GNU.sparse.name", "a") + RawTar.record("path", "b"))
                .file("c", "0\n")),
        Arguments.of("sparse", new RawTar().pax(sparse).file("c", "0\n")),
        Arguments.of(
            "sparse", new RawTar().pax(RawTar.record("GNU.sparse.name", "a")).file("c", "0\n")),
        Arguments.of(
            "sparse",
            new RawTar()
                .pax(
                    RawTar.record("GNU.sparse.offset", "0")
                        + RawTar.record("GNU.sparse.numbytes", "1"))
                .file("c", "0")),
        Arguments.of("data after the end", new RawTar().bytes(new byte[1024]).file("hidden", "")));
  }

  @ParameterizedTest(name = "{index}: {0}")
  @MethodSource("ambiguous")
  void whatProgramsReadInDifferentWaysIsAnError(
      String message, RawTar archive, @TempDir Path folder) throws IOException {
    Path file = archive.file("last", "").end(folder.resolve("tar"));
    try (TarStream tar = new TarStream(Files.newInputStream(file))) {
      assertThatThrownBy(
              () -> {
                while (tar.next().isPresent()) {
                  tar.content().readAllBytes();
                }
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining(message);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyBytesAreReadOrAreAnError(long seed) throws IOException {
    Random random = new Random(seed);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(bytes)) {
      for (Entry entry : new RandomTrees(random, "test").tree(20)) {
        if (!entry.path().isRoot()) {
          tar.write(entry.path(), entry);
        }
      }
    }
    int errors = 0;
    for (int i = 0; i < 400; i++) {
      byte[] damaged = bytes.toByteArray();
      for (int n = 0; n <= i % 4; n++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try (TarStream tar = new TarStream(new ByteArrayInputStream(damaged))) {
        while (tar.next().isPresent()) {
          tar.content().readAllBytes();
        }
      } catch (IOException e) {
        errors++;
      }
    }
    assertThat(errors).as("seed %d", seed).isPositive();
  }
}
