package dev.diskless.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.problem.Problems;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The comparison of trees, and of layers over trees that were compared before. */
class TreeDiffTest {

  private static final Metadata META = Metadata.root(0644, Instant.EPOCH);

  private static Entry file(String path, String content) {
    Content recorded =
        new RecordedContent(content.length(), Optional.of(Digest.of(content.getBytes())));
    return Entry.file(TreePath.of(path), META, recorded, "test");
  }

  private static List<String> changes(TreeDiff diff) {
    List<String> changes = new ArrayList<>();
    for (TreePath path : diff.different()) {
      TreeDiff.Change change = diff.change(path);
      changes.add(
          (change.before().isEmpty() ? "+" : change.after().isEmpty() ? "-" : "~")
              + path
              + (change.isOtherContent() ? " content" : ""));
    }
    return changes;
  }

  @Test
  void findsWhatCameWentAndChanged() {
    FileTree before = FileTree.of(List.of(file("a", "1"), file("b", "1"), file("c", "1")));
    FileTree after =
        FileTree.of(
            List.of(
                file("a", "2"),
                file("b", "1").withMetadata(Metadata.root(0600, Instant.EPOCH)),
                file("d", "1")));

    assertThat(changes(TreeDiff.of(before, after, true)))
        .containsExactly("~/a content", "~/b", "-/c", "+/d");
    assertThat(TreeDiff.of(before, before, true).different()).isEmpty();
  }

  @Test
  void timesAndModesOfSymbolicLinksDoNotCount() {
    FileTree before =
        FileTree.of(List.of(file("a", "1"), Entry.symlink(TreePath.of("l"), META, "a", "test")));
    Metadata later = Metadata.root(0644, Instant.ofEpochSecond(9));
    FileTree after =
        FileTree.of(
            List.of(
                file("a", "1").withMetadata(later),
                Entry.symlink(TreePath.of("l"), later.withMode(0777), "a", "test")));

    assertThat(TreeDiff.of(before, after, true).different()).isEmpty();
  }

  @Test
  void aLayerThatHidesANameChangesTheLinksOfTheOthers() {
    FileTree image =
        FileTree.of(
            List.of(
                file("a", "1").withInode(1),
                file("b", "1").withInode(1),
                file("c", "1").withInode(1)));
    FileTree upper = image.with(Layer.builder("n").add(file("b", "1")).build(), new Problems());

    TreeDiff diff = TreeDiff.of(image, image, true).over(image, upper);
    assertThat(changes(diff)).containsExactly("~/a", "~/b", "~/c");
    assertThat(diff.change(TreePath.of("a")).linksBefore())
        .containsExactlyInAnyOrder(TreePath.of("b"), TreePath.of("c"));
    assertThat(diff.change(TreePath.of("a")).linksAfter()).containsExactly(TreePath.of("c"));
    assertThat(changes(TreeDiff.of(image, image, false).over(image, upper))).isEmpty();
  }

  @Test
  void treesMadeFromOtherTreesAreRefused() {
    FileTree one = FileTree.of(List.of(file("a", "1")));
    FileTree other = FileTree.of(List.of(file("a", "1")));
    TreeDiff diff = TreeDiff.of(one, one, true);

    assertThatThrownBy(() -> diff.over(one, other)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Random layers over random trees, against the comparison of all paths. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void layersAreComparedAsWholeTreesAre(long seed) {
    Random random = new Random(seed);
    FileTree oldImage = tree(random);
    FileTree image = random.nextInt(3) == 0 ? oldImage : tree(random);
    TreeDiff images = TreeDiff.of(oldImage, image, true);
    FileTree oldUpper = oldImage.with(layer(random), new Problems());
    FileTree upper =
        random.nextInt(3) == 0 && image == oldImage
            ? oldUpper
            : image.with(layer(random), new Problems());

    TreeDiff diff = images.over(oldUpper, upper);

    Set<TreePath> whole = new TreeSet<>(TreeDiff.of(oldUpper, upper, true).different());
    assertThat(diff.including(images).different()).as("seed %d", seed).isEqualTo(whole);
    TreeDiff second =
        diff.including(images)
            .over(
                oldUpper.with(layer(random), new Problems()),
                upper.with(layer(random), new Problems()));
    assertThat(second.including(diff.including(images)).different())
        .as("seed %d, two layers", seed)
        .isEqualTo(new TreeSet<>(TreeDiff.of(second.before(), second.after(), true).different()));
  }

  private static FileTree tree(Random random) {
    List<Entry> entries = new ArrayList<>();
    for (int folder = 0; folder < 4; folder++) {
      for (int name = 0; name < 4; name++) {
        if (random.nextInt(3) > 0) {
          Entry file = file("d" + folder + "/f" + name, "text " + random.nextInt(2));
          entries.add(random.nextBoolean() ? file.withInode(1 + random.nextInt(3)) : file);
        }
      }
    }
    return FileTree.of(entries);
  }

  private static Layer layer(Random random) {
    Layer.Builder layer = Layer.builder("layer");
    for (int i = random.nextInt(4); i > 0; i--) {
      String path =
          "d" + random.nextInt(4) + (random.nextBoolean() ? "" : "/f" + random.nextInt(4));
      layer.delete(TreePath.of(path));
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      layer.add(
          file("d" + random.nextInt(4) + "/f" + random.nextInt(4), "text " + random.nextInt(2)));
    }
    return layer.build();
  }
}
