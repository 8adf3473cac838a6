package dev.diskless.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonitoringRequirementsTest {

  private static List<Problem> check(Cluster cluster, String file) {
    FileTree tree =
        FileTree.of(
            List.of(
                Entry.file(
                    TreePath.of(file),
                    Metadata.root(0755, Instant.EPOCH),
                    new BytesContent(new byte[0]),
                    "image debian")));
    Problems problems = new Problems();
    MonitoringRequirements.check(cluster, cluster.groups().get(0), tree, problems);
    return problems.all();
  }

  @Test
  void rejectsAnImageWithoutExporter() {
    assertThat(check(Clusters.withMonitoring(Clusters.howto()), "usr/bin/other"))
        .singleElement()
        .satisfies(p -> assertThat(p.isError()).isTrue())
        .asString()
        .isEqualTo(
            "group slaves: monitoring: prometheus needs /usr/bin/prometheus-node-exporter, which"
                + " the image master-copy does not have; add the package"
                + " prometheus-node-exporter to it, or remove monitoring: prometheus");
  }

  @Test
  void acceptsAnImageWithExporter() {
    assertThat(check(Clusters.withMonitoring(Clusters.howto()), "usr/bin/prometheus-node-exporter"))
        .isEmpty();
  }

  @Test
  void needsNoExporterWithoutMonitoring() {
    assertThat(check(Clusters.howto(), "usr/bin/other")).isEmpty();
  }
}
