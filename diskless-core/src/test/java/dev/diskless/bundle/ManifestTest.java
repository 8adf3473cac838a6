package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.tree.Content;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.MtreeReader;
import dev.diskless.tree.RandomTrees;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ManifestSections} and {@link MtreeReader} read what {@link Manifest} writes. */
class ManifestTest {

  @TempDir private Path folder;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void keepsEverythingOfARandomTree(long seed) throws IOException {
    FileTree tree = new RandomTrees(new Random(seed), "test").tree(300);
    Path file = folder.resolve("manifest");
    TreePath image = BundleLayout.image("golden");
    Digest digest = Digest.of(new byte[] {1});
    Map<Long, TreePath> firstNames = new HashMap<>();
    int hardLinks = 0;
    try (Manifest manifest = new Manifest(file)) {
      for (Entry entry : tree) {
        TreePath name = image.resolve(entry.path());
        TreePath first =
            entry.inode() == Entry.SINGLE ? null : firstNames.putIfAbsent(entry.inode(), name);
        if (first != null) {
          hardLinks++;
        }
        manifest.add(
            name,
            entry,
            entry.isFile() ? Optional.of(digest) : Optional.empty(),
            Optional.ofNullable(first));
      }
    }
    assertThat(hardLinks).as("seed %d", seed).isPositive();
    int sparse = 0;
    ManifestSections sections = new ManifestSections(Files.readAllBytes(file));

    assertThat(sections.names()).containsExactly("images/golden");
    var entries = sections.entries("images/golden");
    assertThat(entries).as("seed %d", seed).hasSize(tree.size());
    for (Entry entry : tree) {
      Entry read = entries.get(entry.path());
      assertThat(read).as("seed %d: %s", seed, entry.path()).isNotNull();
      assertThat(read.path()).isEqualTo(entry.path());
      assertThat(read.type()).isEqualTo(entry.type());
      assertThat(read.metadata()).isEqualTo(entry.metadata());
      if (entry.isFile()) {
        Content content = read.content();
        assertThat(content.size()).isEqualTo(entry.content().size());
        assertThat(content.dataSize()).isEqualTo(entry.content().dataSize());
        assertThat(content.digest()).contains(digest);
        assertThatThrownBy(content::open).isInstanceOf(IOException.class);
        sparse += content.isSparse() ? 1 : 0;
        assertThat(names(entries.values(), read)).isEqualTo(names(tree, entry));
      } else if (entry.isSymlink()) {
        assertThat(read.rawTarget()).isEqualTo(entry.rawTarget());
      } else if (entry.isDevice()) {
        assertThat(read.device()).isEqualTo(entry.device());
      }
    }
    assertThat(sparse).as("seed %d", seed).isPositive();
    assertThat(sections.having(Set.of(digest.hex())).keySet())
        .as("seed %d", seed)
        .allMatch(n -> entries.get(n.relativeTo(image)).isFile());
    assertThat(sections.isSame("images/golden", sections)).isTrue();
    assertThat(sections.isSame("images/other", sections)).isTrue();
  }

  /** All names of the file of an entry that has several names. */
  private static Set<TreePath> names(Iterable<Entry> entries, Entry file) {
    Set<TreePath> names = new HashSet<>();
    for (Entry each : entries) {
      if (file.inode() != Entry.SINGLE && each.inode() == file.inode()) {
        names.add(each.path());
      }
    }
    return names.size() == 1 ? Set.of() : names;
  }

  private static final String INODE = " mode=0644 uid=0 gid=0 time=1.000000000";

  private static MtreeReader.Line read(String line) {
    return new MtreeReader(TreePath.ROOT, "test").read(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "usr type=file size=1" + INODE,
        "./usr type=pipe" + INODE,
        "./usr type=fifo link" + INODE,
        "./usr type=fifo mode=0999 uid=0 gid=0 time=1.0",
        "./usr type=fifo mode=010000 uid=0 gid=0 time=1.0",
        "./usr type=fifo uid=x gid=0 mode=0644 time=1.0",
        "./usr type=fifo gid=0 mode=0644 time=1.0",
        "./usr type=fifo time=99999999999999999" + INODE,
        "./usr\\0 type=fifo" + INODE,
        "./usr\\999 type=fifo" + INODE,
        "./../usr type=fifo" + INODE,
        "./usr size=0" + INODE,
        "./usr type=file" + INODE,
        "./usr type=file size=-1" + INODE,
        "./usr type=file size=1 sha256digest=1" + INODE,
        "./usr type=file size=1 allocated=2" + INODE,
        "./usr type=file size=1 allocated=-1" + INODE,
        "./usr type=file size=1 hardlink=usr/bin" + INODE,
        "./usr type=file size=1 hardlink=./../usr" + INODE,
        "./usr type=dir hardlink=./bin" + INODE,
        "./usr type=link" + INODE,
        "./usr type=link link=a allocated=0" + INODE,
        "./usr type=char" + INODE,
        "./usr type=char device=native,1" + INODE,
        "./usr type=char device=native,1,2,3" + INODE
      })
  void whatIsNoLineIsAnError(String line) {
    assertThatThrownBy(() -> read(line)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPathOutsideOfTheFolderIsAnError() {
    MtreeReader reader = new MtreeReader(TreePath.of("images/a"), "test");

    assertThatThrownBy(() -> reader.read("./images/b/c type=fifo" + INODE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLineOfFormat1HasNeitherHardLinksNorHoles() {
    MtreeReader.Line line = read("./images/a/b type=file size=9" + INODE);

    assertThat(line.hardLink()).isEmpty();
    assertThat(line.entry().content().isSparse()).isFalse();
    assertThat(line.entry().content().dataSize()).isEqualTo(9);
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
