package dev.diskless.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountRequirementsTest {

  private static final FileTree IMAGE =
      FileTree.of(
          List.of(
              file(
                  "etc/passwd",
                  "root:x:0:0::/:/bin/sh\nsshd:x:1:1::/:\nmunge:x:2:2::/:\n",
                  "image"),
              file("etc/group", "root:x:0:\nshadow:x:42:\n", "image")));

  private static Entry file(String path, String text, String layer) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(0644, Instant.EPOCH),
        new BytesContent(text.getBytes(UTF_8)),
        layer);
  }

  private static List<String> check(Entry... files) throws IOException {
    Problems problems = new Problems();
    Layer.Builder layer = Layer.builder("files/all");
    List.of(files).forEach(layer::add);
    FileTree tree = IMAGE.with(layer.build(), problems);
    AccountRequirements.check("golden", IMAGE, tree, problems);
    AccountRequirements.check("golden", IMAGE, tree, problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  @Test
  void namesLostUsersAndGroupsOnce() throws IOException {
    String remedy =
        "; add their lines to this file, or add your own lines to the image and remove this file";
    assertThat(
            check(
                file("etc/passwd", "root:x:0:0::/:/bin/sh\nada:x:9:9::/:\n", "files/all"),
                file("etc/group", "root:x:0:\n", "files/all")))
        .containsExactly(
            "files/all/etc/passwd: this file replaces /etc/passwd of the image golden and loses the"
                + " users sshd, munge"
                + remedy,
            "files/all/etc/group: this file replaces /etc/group of the image golden and loses the"
                + " groups shadow"
                + remedy);
  }

  @Test
  void acceptsTablesThatKeepAllNames() throws IOException {
    assertThat(check()).isEmpty();
    assertThat(check(file("etc/group", "shadow:x:42:\nroot:x:0:\nada:x:9:\n", "files/all")))
        .isEmpty();
  }
}
