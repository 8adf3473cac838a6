package dev.diskless.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.Descriptors;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimezoneRequirementsTest {

  private static final FileTree TREE =
      FileTree.of(
          List.of(
              Entry.file(
                  TreePath.of("usr/share/zoneinfo/Europe/Berlin"),
                  Metadata.root(0644, Instant.EPOCH),
                  new BytesContent(new byte[0]),
                  "image")));

  private static List<Problem> check(String timezone) {
    Cluster cluster = Clusters.withTimezone(Clusters.howto(), timezone);
    Group group = cluster.groups().get(0);
    Descriptor descriptor = Descriptors.of(cluster, group, "timezone");
    Problems problems = new Problems();
    TimezoneRequirements.check(descriptor, group, TREE, problems);
    return problems.all();
  }

  @Test
  void acceptsATimeZoneOfTheImage() {
    assertThat(check("Europe/Berlin")).isEmpty();
  }

  @Test
  void warnsOfOthersAndOfDirectories() {
    assertThat(check("Europe")).hasSize(1);
    assertThat(check("Europe/Berlyn"))
        .singleElement()
        .asString()
        .isEqualTo(
            "cluster.yaml: group slaves: the image master-copy does not contain the time zone"
                + " Europe/Berlyn, so that nodes use UTC; correct the name, or add the package"
                + " tzdata to the image (tzdata-legacy for old names)");
  }
}
