package dev.diskless.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.RandomTrees;
import dev.diskless.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
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
    };
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
