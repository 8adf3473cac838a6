package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.FileTree;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageTableTest {

  @TempDir private Path work;

  @Test
  void aStageThatWasNotSeenHasNoNumber() throws Exception {
    Cluster cluster = Clusters.lab();
    Node node = cluster.nodes().get(0);
    LabRequest request =
        new LabRequest(
            cluster,
            work.resolve("bundle"),
            Optional.empty(),
            Optional.empty(),
            List.of(node),
            FileTree.of(List.of()),
            "fingerprint",
            work,
            work,
            work,
            LabOptions.DEFAULT);
    NodeReport report =
        new NodeReport(
            node.name(),
            node.group().name(),
            Stage.CHECKED,
            92.3,
            0,
            Map.of(Stage.OFFER, 2.84, Stage.UP, 92.25),
            List.of(new NodeReport.CheckResult("root", 0, 1, "")),
            List.of(),
            "",
            work.resolve("console"));

    StageTable.write(request, List.of(report));

    assertThat(work.resolve("stages.tsv"))
        .hasContent(
            """
            node\timage\troot\tboot\tdhcp\tresult\tchecks\toffer\tloader\tkernel\troot\tinit\tup\tup-again
            firstslave\tgolden\tfull\tpxelinux\tisc\tok\t1\t2.8\t\t\t\t\t92.3\t
            """);
  }
}
