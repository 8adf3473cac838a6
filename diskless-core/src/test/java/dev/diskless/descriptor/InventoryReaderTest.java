package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InventoryReaderTest {

  @TempDir Path dir;

  private List<Node> read(String csv) throws IOException {
    Files.writeString(dir.resolve("nodes.csv"), csv);
    return Reading.cluster(dir, SoundDescriptor.with("inventory: nodes.csv\nnodes: []\n")).nodes();
  }

  @Test
  void columnsStandInAnyOrderAndFurtherOnesBecomeResources() throws IOException {
    List<Node> nodes =
        read(
            """
            # rack plan
            group,rack,name,address,mac,note

            compute,r1,n1,192.168.45.11,52:54:00:00:00:01,"left, \""top\"""
            # a comment
            compute,,n2,192.168.45.12,52-54-00-00-00-02,
            """);

    assertThat(nodes).extracting(Node::name).containsExactly("n1", "n2");
    assertThat(nodes.get(0).resources()).isEqualTo(Map.of("rack", "r1", "note", "left, \"top\""));
    assertThat(nodes.get(1).resources()).isEmpty();
    assertThat(nodes.get(1).mac().toString()).isEqualTo("52:54:00:00:00:02");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void aSpreadsheetsFileIsTaken(String lineEnd) throws IOException {
    String csv = "name,mac,address,group\nn1, 52:54:00:00:00:01 ,192.168.45.11,compute\n";

    List<Node> nodes = read("\uFEFF" + csv.replace("\n", lineEnd));

    assertThat(nodes).extracting(Node::name).containsExactly("n1");
  }

  @Test
  void resourcesOfALineLieOverThoseOfTheGroup() throws IOException {
    Files.writeString(
        dir.resolve("nodes.csv"),
        "name,mac,address,group,rack\nn1,52:54:00:00:00:01,192.168.45.11,compute,r2\n");
    Node node =
        Reading.cluster(
                dir,
                SoundDescriptor.with(
                    """
                    inventory: nodes.csv
                    nodes: []
                    groups: { compute: { image: debian, resources: { rack: r1, row: 3 } } }
                    """))
            .nodes()
            .get(0);

    assertThat(node.resources()).isEqualTo(Map.of("rack", "r2", "row", 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n"})
  void placesAreThoseOfTheFileBehindCommentsAndCellsOfSeveralLines(String lineEnd)
      throws IOException {
    String csv =
        """
        # one

        name,mac,address,group,note
        n1,52:54:00:00:00:01,192.168.45.11,compute,"two
        lines"
        # two
        n2,52:54:00:00:00:02,  x,compute,
        """;
    Files.writeString(dir.resolve("nodes.csv"), csv.replace("\n", lineEnd));

    assertThat(Reading.problems(dir, SoundDescriptor.with("inventory: nodes.csv\nnodes: []\n")))
        .containsExactly(
            "nodes.csv:7:24: the address \"x\" of node \"n2\" is not a valid IPv4 address;"
                + " write an IPv4"
                + " address, such as 192.168.45.45");
  }

  @Test
  void theInventoryLiesBesideTheDescriptor() throws IOException {
    Path cluster = Files.createDirectories(dir.resolve("src/main/cluster"));
    Files.writeString(cluster.resolve("nodes.csv"), "name,mac,address,group\nn1,x,y,z\n");
    Files.writeString(
        cluster.resolve("cluster.yaml"), SoundDescriptor.with("inventory: nodes.csv\n"));

    List<String> told =
        Reading.words(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                    dev.diskless.problem.ProblemException.class,
                    () ->
                        DescriptorReader.read(
                            cluster.resolve("cluster.yaml"),
                            dir,
                            "1",
                            n -> java.util.Optional.empty()))
                .problems());

    assertThat(told).hasSize(4).allMatch(line -> line.startsWith("src/main/cluster/nodes.csv:2:"));
  }
}
