package dev.diskless.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Group;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnitRequirementsTest {

  private static final String WANTS = "etc/systemd/system/multi-user.target.wants/";

  private static final FileTree IMAGE =
      tree(
          "usr/lib/systemd/systemd",
          "usr/lib/systemd/system/chrony.service",
          "usr/lib/systemd/system/getty@.service",
          "etc/init.d/old");

  private static FileTree tree(String... files) {
    return FileTree.of(Stream.of(files).map(UnitRequirementsTest::file).toList());
  }

  private static Entry file(String path) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(0644, Instant.EPOCH),
        new BytesContent(new byte[0]),
        "image");
  }

  private static List<String> check(FileTree image, String link, String target) {
    Problems problems = new Problems();
    Layer own =
        Layer.builder("files/all")
            .add(
                Entry.symlink(
                    TreePath.of(link), Metadata.root(0777, Instant.EPOCH), target, "files/all"))
            .build();
    FileTree tree = image.with(own, problems);
    UnitRequirements.check(tree, own, problems);
    UnitRequirements.check(tree, own, problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  @Test
  void warnsOnceOfAUnitThatDoesNotExist() {
    assertThat(check(IMAGE, WANTS + "chronyd.service", "/lib/systemd/system/chronyd.service"))
        .containsExactly(
            "files/all/etc/systemd/system/multi-user.target.wants/chronyd.service: this link enables"
                + " the unit chronyd.service, which does not exist on the node; correct its name, or"
                + " add the package with this unit to the image");
  }

  @Test
  void findsUnitsByNameWhateverTheTargetIs() {
    for (String unit : List.of("chrony.service", "getty@tty1.service", "old.service")) {
      assertThat(check(IMAGE, WANTS + unit, "/lib/systemd/system/" + unit)).isEmpty();
    }
    assertThat(check(IMAGE, WANTS + "mine.service", "/usr/lib/systemd/system/chrony.service"))
        .isEmpty();
  }

  @Test
  void ignoresTreesWithoutSystemd() {
    assertThat(check(tree("etc/motd"), WANTS + "x.service", "/lib/systemd/system/x.service"))
        .isEmpty();
  }

  @Test
  void warnsOfAKernelArgument() {
    Group group =
        Clusters.group("compute").toBuilder()
            .kernelArgs(List.of("systemd.wants=chrony.service", "systemd.wants=none.service"))
            .build();
    Problems problems = new Problems();
    UnitRequirements.checkArguments(group, IMAGE, problems);
    assertThat(problems.all())
        .singleElement()
        .asString()
        .startsWith(
            "group compute: systemd.wants=none.service in kernelArgs enables a unit that does not"
                + " exist on the nodes; correct its name");
  }
}
