package dev.diskless.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileTreeTest {

  private static final Instant THEN = Instant.ofEpochSecond(1_700_000_000);
  private final Problems problems = new Problems();

  private static Entry file(String path) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(0644, THEN),
        new BytesContent(path.getBytes(StandardCharsets.UTF_8)),
        "image");
  }

  private static Entry directory(String path, int mode) {
    return Entry.directory(TreePath.of(path), Metadata.root(mode, THEN), "image");
  }

  private static Entry link(String path, String target) {
    return Entry.symlink(TreePath.of(path), Metadata.root(0777, THEN), target, "image");
  }

  private static FileTree tree(Entry... entries) {
    return FileTree.of(Arrays.asList(entries));
  }

  private static Entry get(FileTree tree, String path) {
    return tree.get(TreePath.of(path)).orElseThrow();
  }

  @Test
  void makesTheDirectoriesAbove() {
    FileTree tree = tree(file("usr/share/doc/x"), directory("usr/share", 0700), file("usr-x"));

    assertThat(tree)
        .extracting(e -> e.path().toString())
        .containsExactly("/", "/usr", "/usr/share", "/usr/share/doc", "/usr/share/doc/x", "/usr-x");
    assertThat(get(tree, "usr/share").metadata().mode()).isEqualTo(0700);
    assertThat(get(tree, "usr").metadata()).isEqualTo(Metadata.root(0755, THEN));
    assertThat(get(tree, "usr").layer()).isEqualTo("image");
    assertThat(tree.size()).isEqualTo(6);
  }

  @Test
  void hasARootEvenWhenEmpty() {
    assertThat(tree()).extracting(Entry::path).containsExactly(TreePath.ROOT);
  }

  @Test
  void refusesWhatCannotBeInOneTree() {
    assertThatThrownBy(() -> tree(file("a"), file("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/a");
    assertThatThrownBy(() -> tree(file("a"), file("a/b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/a/b");
    assertThatThrownBy(() -> tree(link("a", "b"), file("a/b/c")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void givesTheTreeBelowAPath() {
    FileTree tree = tree(file("a/b/c"), file("a/b-c"), file("a/bc"), file("b"));

    assertThat(below(tree, "a/b")).containsExactly("/a/b", "/a/b/c");
    assertThat(below(tree, "b")).containsExactly("/b");
    assertThat(below(tree, "missing")).isEmpty();
    assertThat(below(tree, "")).hasSize(7);
  }

  private static List<String> below(FileTree tree, String path) {
    List<String> paths = new ArrayList<>();
    tree.below(TreePath.of(path)).forEachRemaining(e -> paths.add(e.path().toString()));
    return paths;
  }

  @ParameterizedTest
  @CsvSource({
    "bin/sh, /usr/bin/dash",
    "usr/bin/sh, /usr/bin/dash",
    "up, /usr/bin/dash",
    "absolute, /usr/bin/dash",
    "above, /usr/bin",
    "bin, /usr/bin",
    "'', /",
    "loop, ",
    "loop/x, ",
    "chain, ",
    "dangling, ",
    "usr/bin/missing, ",
    "usr/bin/dash/x, ",
    "through, ",
  })
  void followsLinksInsideTheTree(String path, String reached) {
    FileTree tree =
        tree(
            link("bin", "usr/bin"),
            file("usr/bin/dash"),
            link("usr/bin/sh", "dash"),
            link("up", "../../usr/bin/./sh"),
            link("absolute", "/bin//sh"),
            link("above", "/usr/../../bin/"),
            link("loop", "/loop"),
            link("chain", "loop"),
            link("dangling", "/nowhere"),
            link("through", "usr/bin/dash/../dash"));

    assertThat(tree.resolve(TreePath.of(path)).map(e -> e.path().toString()).orElse(null))
        .isEqualTo(reached);
  }

  @Test
  void explainsWhyALinkedDirectoryMustNotBeReplaced() {
    FileTree image = tree(link("bin", "usr/bin"), file("usr/bin/sh"));
    Entry mine =
        Entry.file(
            TreePath.of("bin/tool"),
            Metadata.root(0755, THEN),
            new BytesContent(new byte[0]),
            "files/all");

    FileTree tree = image.with(Layer.builder("files/all").add(mine).build(), problems);

    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "files/all would replace the symbolic link /bin -> usr/bin of image by a"
                + " directory, and hide the target of the link;"
                + " put it at /usr/bin/tool");
    assertThat(get(tree, "bin").isSymlink()).isTrue();
    assertThat(tree.size()).isEqualTo(image.size());
  }

  @Test
  void keepsADirectoryThatOnlyHadToBeThere() {
    FileTree image = tree(directory("srv", 0700), link("lib", "usr/lib"));
    Layer layer =
        Layer.builder("rendered")
            .ensure(directory("srv", 0755))
            .ensure(directory("home", 0711))
            .ensure(directory("lib", 0755))
            .build();

    FileTree tree = image.with(layer, problems);

    assertThat(get(tree, "srv").metadata().mode()).isEqualTo(0700);
    assertThat(get(tree, "home").metadata().mode()).isEqualTo(0711);
    assertThat(problems.all()).singleElement().matches(Problem::isError);
  }

  @Test
  void warnsOfADeletionOfNothing() {
    FileTree image = tree(file("a/b"));
    Layer layer =
        Layer.builder("files/all").delete(TreePath.of("a/c")).delete(TreePath.of("a/b")).build();

    FileTree tree = image.with(layer, problems);

    assertThat(problems.hasErrors()).isFalse();
    assertThat(problems.all())
        .extracting(Problem::message)
        .containsExactly("files/all deletes /a/c, which does not exist");
    assertThat(tree.get(TreePath.of("a/b"))).isEmpty();
    assertThat(image.get(TreePath.of("a/b"))).as("the tree below stays").isPresent();
  }

  @Test
  void refusesLayersThatMakeNoSense() {
    assertThatThrownBy(() -> Layer.builder("x").delete(TreePath.ROOT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Layer.builder("x").ensure(file("a")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isTheSameTreeUnderALayerOfNothing() {
    FileTree image = tree(file("a"));

    assertThat(image.with(Layer.builder("x").build(), problems)).isSameAs(image);
  }

  @Test
  void tellsNoDifferenceFromATreeItWasNotMadeFrom() {
    FileTree image = tree(file("a"));

    assertThatThrownBy(() -> image.difference("x", tree(file("a"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(image.difference("x", image).isEmpty()).isTrue();
  }

  @Test
  void deletesBeforeItAddsWhereADirectoryBecomesAFileOrTheOtherWayRound() {
    FileTree image = tree(file("was-directory/x/y"), file("was-file"));
    FileTree changed =
        image.with(
            Layer.builder("l")
                .delete(TreePath.of("was-directory"))
                .delete(TreePath.of("was-file"))
                .add(file("was-directory"))
                .add(file("was-file/x"))
                .build(),
            problems);

    Layer difference = changed.difference("d", image);

    assertThat(difference.deleted())
        .containsExactly(TreePath.of("was-directory"), TreePath.of("was-file"));
    FileTree again = image.with(difference, problems);
    assertThat(TreeListing.of(again)).isEqualTo(TreeListing.of(changed));
    assertThat(problems.all()).isEmpty();
  }
}
