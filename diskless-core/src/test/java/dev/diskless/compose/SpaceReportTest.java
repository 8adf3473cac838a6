package dev.diskless.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.RecordedContent;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SpaceReportTest {

  private static Entry file(String path, int megabytes, long inode) {
    return Entry.file(
            TreePath.of(path),
            Metadata.root(0644, Instant.EPOCH),
            new BytesContent(new byte[megabytes * 1_000_000]),
            "image")
        .withInode(inode);
  }

  /** A node of root mode full, one of overlay, one of shared, one of ram, on one image. */
  private final Cluster cluster = Clusters.labWithEveryRoot();

  private final SpaceReport report =
      new SpaceReport(
          cluster,
          Map.of(
              "golden",
              FileTree.of(
                  List.of(
                      Entry.directory(
                          TreePath.of("usr"), Metadata.root(0755, Instant.EPOCH), "image"),
                      file("usr/lib/big", 3, 0),
                      file("usr/lib/one", 1, 7),
                      file("usr/lib/other", 1, 7),
                      file("var/lib/data", 2, 0)))));

  @Test
  void countsWhatIsCopiedForEachNodeAndWhatHasSeveralNamesOnce() {
    // The image, all of it for the node in full, /var for the one in shared, and once for ram.
    assertThat(report.onMaster()).isEqualTo(6_000_000 + 6_000_000 + 2_000_000 + 6_000_000);
    Layer.Builder layer = Layer.builder("nodes/" + cluster.nodes().get(0).name());
    layer.add(file("etc/own", 1, 0));
    report.add(layer.build());
    assertThat(report.onMaster()).isEqualTo(21_000_000);
  }

  @Test
  void doesNotCountHoles() {
    Entry lastlog =
        Entry.file(
            TreePath.of("var/log/lastlog"),
            Metadata.root(0644, Instant.EPOCH),
            new RecordedContent(400L << 30, 4096, Optional.empty()),
            "image");
    Entry log =
        Entry.directory(TreePath.of("var/log"), Metadata.root(0755, Instant.EPOCH), "image");
    Entry var = Entry.directory(TreePath.of("var"), Metadata.root(0755, Instant.EPOCH), "image");
    SpaceReport sparse =
        new SpaceReport(cluster, Map.of("golden", FileTree.of(List.of(var, log, lastlog))));
    assertThat(sparse.onMaster()).isEqualTo(4 * 4096);
  }

  @Test
  void tellsOfEachGroupWhatIsCopiedAndWhatComesOverNfs() {
    assertThat(report.text())
        .contains("a release at most: 20.0")
        .containsPattern("(?m)^shared +1 shared +golden +2\\.0 +0\\.0 +2\\.0$")
        .containsPattern("(?m)^memory +1 ram +golden +0\\.0 +0\\.0 +0\\.0$")
        .containsPattern(
            "(?m)^memory +the compressed image at each start, at most 6\\.0; nothing afterwards; and what is used of /home$")
        // The node in full has a copy of both, the one in shared of /var; one loads all of it.
        .containsPattern("(?m)^golden +/usr/lib +4\\.0 +1 +8\\.0 +4\\.0$")
        .containsPattern("(?m)^golden +/var +2\\.0 +2 +6\\.0 +2\\.0$");
  }
}
