package dev.diskless.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.problem.Problems;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers over layers, against a model that is slow and plain: a sorted map of all paths. */
class LayeringPropertyTest {

  private static final String[] NAMES = {"a", "b", "a-", "a!"};

  static LongStream seeds() {
    return LongStream.range(0, 400);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void layersAsThePlainModelDoes(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Layer image = layer(random, "image", 30);
    SortedMap<TreePath, Entry> model = new TreeMap<>();
    Entry root = Entry.directory(TreePath.ROOT, Metadata.root(0755, Instant.EPOCH), "image");
    model.put(TreePath.ROOT, root);
    apply(image, model);
    FileTree first = FileTree.of(model.values());
    FileTree tree = first;
    List<FileTree> before = new ArrayList<>(List.of(first));
    List<List<String>> listings = new ArrayList<>(List.of(TreeListing.of(first)));

    for (int i = 1; i <= 4; i++) {
      Layer layer = layer(random, "layer " + i, 12);
      Problems problems = new Problems();
      tree = tree.with(layer, problems);
      int wrong = apply(layer, model);

      assertThat(problems.all()).as("seed %d, layer %d", seed, i).hasSize(wrong);
      assertThat(TreeListing.of(tree))
          .as("seed %d, layer %d", seed, i)
          .isEqualTo(TreeListing.of(model.values()));
      before.add(tree);
      listings.add(TreeListing.of(tree));
    }

    assertThat(tree.size()).isEqualTo(model.size());
    for (int i = 0; i < 40; i++) {
      TreePath path = path(random);
      assertThat(TreeListing.of(tree.get(path).stream().toList()))
          .as("seed %d: %s", seed, path)
          .isEqualTo(TreeListing.of(Optional.ofNullable(model.get(path)).stream().toList()));
      List<Entry> below = new ArrayList<>();
      tree.below(path).forEachRemaining(below::add);
      assertThat(TreeListing.of(below))
          .as("seed %d: below %s", seed, path)
          .isEqualTo(
              TreeListing.of(
                  model.values().stream().filter(e -> e.path().startsWith(path)).toList()));
    }
    for (int i = 0; i < before.size(); i++) {
      assertThat(TreeListing.of(before.get(i)))
          .as("seed %d: layer %d stays", seed, i)
          .isEqualTo(listings.get(i));
      Problems problems = new Problems();
      Layer difference = tree.difference("difference", before.get(i));
      FileTree again = before.get(i).with(difference, problems);
      assertThat(problems.all()).as("seed %d: difference from %d", seed, i).isEmpty();
      assertThat(TreeListing.withoutLayers(again))
          .as("seed %d: difference from %d", seed, i)
          .isEqualTo(TreeListing.withoutLayers(tree));
      assertThat(again.difference("nothing", again).isEmpty()).isTrue();
    }
  }

  private static TreePath path(RandomGenerator random) {
    TreePath path = TreePath.ROOT;
    for (int depth = 1 + random.nextInt(4); depth > 0; depth--) {
      path = path.resolve(NAMES[random.nextInt(NAMES.length)]);
    }
    return path;
  }

  private static Layer layer(RandomGenerator random, String name, int size) {
    Layer.Builder layer = Layer.builder(name);
    for (int i = random.nextInt(size); i >= 0; i--) {
      TreePath path = path(random);
      Metadata metadata = Metadata.root(random.nextInt(3) + 0700, Instant.EPOCH);
      switch (random.nextInt(8)) {
        case 0, 1 -> layer.add(Entry.directory(path, metadata, name));
        case 2 -> layer.add(Entry.symlink(path, metadata, "/" + path(random).raw(), name));
        case 3 -> layer.ensure(Entry.directory(path, metadata, name));
        case 4, 5 -> layer.delete(path);
        default ->
            layer.add(
                Entry.file(path, metadata, new BytesContent(new byte[random.nextInt(2)]), name));
      }
    }
    return layer.build();
  }

  /**
   * @return how many problems there are
   */
  private static int apply(Layer layer, SortedMap<TreePath, Entry> model) {
    int wrong = 0;
    for (TreePath path : layer.deleted()) {
      wrong += model.containsKey(path) ? 0 : 1;
      model.keySet().removeIf(p -> p.startsWith(path));
    }
    for (Entry entry : layer.ensured()) {
      Entry there = model.get(entry.path());
      wrong += there != null && there.isDirectory() || put(entry, layer, model) ? 0 : 1;
    }
    for (Entry entry : layer.entries()) {
      wrong += put(entry, layer, model) ? 0 : 1;
    }
    return wrong;
  }

  private static boolean put(Entry entry, Layer layer, SortedMap<TreePath, Entry> model) {
    Collection<TreePath> above = new ArrayList<>();
    for (TreePath path = entry.path(); !path.isRoot(); path = path.parent()) {
      above.add(path.parent());
    }
    for (TreePath parent : above) {
      Entry there = model.get(parent);
      if (there != null && !there.isDirectory()) {
        return false;
      }
    }
    Entry there = model.get(entry.path());
    if (there != null && there.isDirectory() != entry.isDirectory()) {
      return false;
    }
    for (TreePath parent : above) {
      model.putIfAbsent(
          parent,
          Entry.directory(parent, Metadata.root(0755, entry.metadata().mtime()), layer.name()));
    }
    model.put(entry.path(), entry);
    return true;
  }
}
