package dev.diskless.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.archive.Compression;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random layers in two versions, against a plain comparison of every node's whole tree. */
class LayersPropertyTest {

  private static final String NODES =
      """
        - { name: "node[001-098]", mac: "52:54:00:00:01:00+", address: 10.1.1.1+, group: compute }
      """;

  private static final String FEWER =
      """
        - { name: "node[001-004]", mac: "52:54:00:00:01:00+", address: 10.1.1.1+, group: compute }
      """;

  @TempDir private Path folder;

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void tellsEachNodesDifferences(long seed) throws IOException {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Version one = version("1.0", random);
    Version two = version("2.0", random);
    if (random.nextInt(4) == 0) {
      // The nodes go over to another group.
      two.descriptor("10.1.1.1+, group: compute", "10.1.1.1+, group: complete");
    }
    ComparedVersion from = ComparedVersion.ofBundle(one.write(folder, Compression.ZSTD));
    ComparedVersion to = ComparedVersion.ofBundle(two.write(folder, Compression.ZSTD));
    Difference difference = Comparison.of(from, to);

    for (String node : one.trees().keySet()) {
      Set<String> told = new TreeSet<>();
      difference.blocks().stream()
          .filter(b -> b.nodes().contains(node))
          .flatMap(b -> b.changes().stream())
          .filter(c -> c.path().startsWith("/data"))
          .forEach(c -> assertThat(told.add(c.kind() + c.path())).as("twice: %s", c).isTrue());

      assertThat(told)
          .as("seed %d, %s", seed, node)
          .isEqualTo(plainly(one.trees().get(node), two.trees().get(node)));
    }
  }

  private static Version version(String name, RandomGenerator random) {
    Version version = new Version(name).descriptor(NODES, FEWER);
    Layer.Builder image = Layer.builder("image");
    fill(image, random, 12, 0);
    for (Entry file : image.build().entries()) {
      // No layer has a file like these: it would be left out of the layer.
      boolean isLinked = random.nextInt(3) == 0;
      version.image(
          isLinked
              ? Version.file(file.path().raw(), 0644, "linked").withInode(1 + random.nextInt(2))
              : file);
    }
    for (String group : List.of("compute", "complete")) {
      fill(version.own("groups/" + group), random, 4, 2);
    }
    for (String node : List.of("node001", "node002", "node003", "node004", "big1", "big2")) {
      if (random.nextBoolean()) {
        fill(version.own("nodes/" + node), random, 3, 2);
      }
    }
    return version;
  }

  /** Folders a to c, and in each of them files or folders of the same names. */
  private static void fill(Layer.Builder layer, RandomGenerator random, int files, int deletions) {
    Set<String> taken = new TreeSet<>();
    for (int i = 0; i < deletions; i++) {
      String path = path(random);
      if (random.nextInt(3) == 0 && taken.stream().noneMatch(t -> overlap(t, path))) {
        layer.delete(TreePath.of(path));
        taken.add(path);
      }
    }
    for (int i = 0; i < files; i++) {
      String path = path(random) + "/file" + random.nextInt(2);
      if (taken.stream().noneMatch(t -> overlap(t, path))) {
        taken.add(path);
        layer.add(
            Version.file(path, random.nextInt(4) == 0 ? 0755 : 0644, "text " + random.nextInt(3)));
      }
    }
  }

  private static boolean overlap(String one, String other) {
    return (one + "/").startsWith(other + "/") || (other + "/").startsWith(one + "/");
  }

  private static String path(RandomGenerator random) {
    StringBuilder path = new StringBuilder("data");
    for (int i = random.nextInt(3); i >= 0; i--) {
      path.append('/').append((char) ('a' + random.nextInt(3)));
    }
    return path.toString();
  }

  private static Set<String> plainly(FileTree before, FileTree after) throws IOException {
    Set<TreePath> paths = new TreeSet<>();
    before.forEach(e -> paths.add(e.path()));
    after.forEach(e -> paths.add(e.path()));
    Set<String> changes = new TreeSet<>();
    for (TreePath path : paths) {
      if (path.startsWith(TreePath.of("data"))) {
        List<Object> old = facts(before, after, path);
        List<Object> now = facts(after, before, path);
        if (!old.equals(now)) {
          changes.add((old.isEmpty() ? "added" : now.isEmpty() ? "removed" : "changed") + path);
        }
      }
    }
    return changes;
  }

  /** The other names of a file, but those that the other tree does not have. */
  private static Set<TreePath> hardLinks(FileTree tree, FileTree other, Entry file) {
    Set<TreePath> names = new TreeSet<>();
    if (file.inode() != Entry.SINGLE) {
      for (Entry each : tree) {
        if (each.inode() == file.inode()
            && !each.path().equals(file.path())
            && other.get(each.path()).filter(Entry::isFile).isPresent()) {
          names.add(each.path());
        }
      }
    }
    return names;
  }

  private static List<Object> facts(FileTree tree, FileTree other, TreePath path)
      throws IOException {
    List<Object> facts = new ArrayList<>();
    if (tree.get(path).isPresent()) {
      Entry entry = tree.get(path).get();
      Metadata metadata = entry.metadata();
      facts.addAll(List.of(entry.type(), metadata.mode(), metadata.uid(), metadata.gid()));
      if (entry.isFile()) {
        facts.add(
            other.get(path).filter(Entry::isFile).isPresent()
                ? hardLinks(tree, other, entry)
                : Set.of());
        try (InputStream in = entry.content().open()) {
          facts.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
      }
    }
    return facts;
  }
}
