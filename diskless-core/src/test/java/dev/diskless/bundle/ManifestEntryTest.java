package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.archive.TarWriter;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.RandomTrees;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Manifest} writes, {@link ManifestSections} and {@link ManifestEntry} read. */
class ManifestEntryTest {

  @TempDir private Path folder;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void keepsEverythingOfARandomTree(long seed) throws IOException {
    FileTree tree = new RandomTrees(new Random(seed), "test").tree(300);
    Path file = folder.resolve("manifest");
    TreePath image = BundleLayout.image("golden");
    Digest digest = Digest.of(new byte[] {1});
    Map<Long, TreePath> firstNames = new HashMap<>();
    Map<TreePath, TreePath> hardLinks = new HashMap<>();
    try (Manifest manifest = new Manifest(file)) {
      for (Entry entry : tree) {
        TreePath name = image.resolve(entry.path());
        TreePath first =
            entry.inode() == Entry.SINGLE ? null : firstNames.putIfAbsent(entry.inode(), name);
        if (first != null) {
          hardLinks.put(name, first);
        }
        manifest.add(
            name,
            entry,
            entry.isFile() ? Optional.of(digest) : Optional.empty(),
            Optional.ofNullable(first));
      }
    }
    assertThat(hardLinks).as("seed %d", seed).isNotEmpty();
    int sparse = 0;
    ManifestSections sections = new ManifestSections(Files.readAllBytes(file));

    assertThat(sections.names()).containsExactly("images/golden");
    var entries = sections.entries("images/golden");
    assertThat(entries).as("seed %d", seed).hasSize(tree.size());
    for (Entry entry : tree) {
      ManifestEntry read = entries.get(entry.path());
      assertThat(read).as("seed %d: %s", seed, entry.path()).isNotNull();
      assertThat(read.name()).isEqualTo(image.resolve(entry.path()));
      assertThat(read.type()).isEqualTo(entry.type());
      assertThat(read.mode()).isEqualTo(entry.metadata().mode());
      assertThat(read.uid()).isEqualTo(entry.metadata().uid());
      assertThat(read.gid()).isEqualTo(entry.metadata().gid());
      assertThat(read.size()).isEqualTo(entry.isFile() ? entry.content().size() : 0);
      assertThat(read.allocated())
          .isEqualTo(entry.isFile() ? TarWriter.dataSize(entry.content()) : 0);
      sparse += read.allocated() < read.size() ? 1 : 0;
      TreePath first = hardLinks.get(read.name());
      assertThat(read.hardlink()).isEqualTo(first == null ? "" : first.raw());
      assertThat(read.firstName()).isEqualTo((first == null ? read.name() : first).raw());
      assertThat(read.sha256()).isEqualTo(entry.isFile() ? digest.hex() : "");
      assertThat(read.target()).isEqualTo(entry.isSymlink() ? entry.rawTarget() : "");
      assertThat(read.xattrs().keySet()).isEqualTo(entry.metadata().xattrs().names());
      read.xattrs()
          .forEach(
              (name, value) ->
                  assertThat(Base64.getDecoder().decode(value))
                      .isEqualTo(entry.metadata().xattrs().value(name)));
    }
    assertThat(sparse).as("seed %d", seed).isPositive();
    assertThat(sections.having(Set.of(digest.hex())).keySet())
        .as("seed %d", seed)
        .allMatch(n -> entries.get(n.relativeTo(image)).isFile());
    assertThat(sections.isSame("images/golden", sections)).isTrue();
    assertThat(sections.isSame("images/other", sections)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usr type=file",
        "./usr type=pipe",
        "./usr type",
        "./usr type=file mode=0999",
        "./usr type=file uid=x",
        "./usr\\0 type=file",
        "./usr\\999 type=file",
        "./../usr type=file",
        "./usr mode=0644",
        "./usr type=file size=-1",
        "./usr type=file size=1 allocated=2",
        "./usr type=file size=1 allocated=-1",
        "./usr type=file hardlink=usr/bin",
        "./usr type=file hardlink=./../usr",
        "./usr type=dir hardlink=./bin",
        "./usr type=link allocated=0"
      })
  void whatIsNoLineIsAnError(String line) {
    assertThatThrownBy(() -> ManifestEntry.parse(line))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLineOfFormat1HasNeitherHardLinksNorHoles() {
    ManifestEntry entry = ManifestEntry.parse("./images/a/b type=file mode=0644 size=9");

    assertThat(entry.hardlink()).isEmpty();
    assertThat(entry.firstName()).isEqualTo("images/a/b");
    assertThat(entry.allocated()).isEqualTo(9);
  }

  @Test
  void entriesOfAFolderStandTogether() {
    String line = "./groups/%s type=dir mode=0755 uid=0 gid=0 time=0.000000000\n";
    String apart = "#mtree\n" + line.formatted("a") + line.formatted("b") + line.formatted("a");

    assertThatThrownBy(() -> new ManifestSections(apart.getBytes(ISO_8859_1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("groups/a");
  }
}
