package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.Master;
import dev.diskless.model.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several masters in one descriptor. */
class MastersTest {

  private static final String NODES =
      """
      nodes:
        - { name: "a[1-3]", mac: "52:54:00:00:01:01+", address: 10.1.0.11+, group: compute }
        - { name: "b[1-2]", mac: "52:54:00:00:02:01+", address: 10.2.0.11+, group: compute }
      """;

  private static final String MASTERS =
      """
      masters:
        - { name: rack1, address: 10.1.0.1 }
        - { name: rack2, address: 10.2.0.1, dhcp: kea, interface: eno1 }
      """;

  @TempDir private Path folder;

  private Cluster cluster(String yaml) throws IOException {
    return Reading.cluster(folder, yaml);
  }

  private List<String> problems(String yaml) throws IOException {
    return Reading.problems(folder, yaml);
  }

  private static String descriptor(String masters, String networks) {
    return descriptor(masters, networks, NODES);
  }

  private static String descriptor(String masters, String networks, String nodes) {
    return "cluster: big\n"
        + masters
        + networks
        + nodes
        + "images: { golden: { directory: /srv/golden } }\n"
        + "groups: { compute: { image: golden } }\n";
  }

  private static final String NETWORKS =
      """
      networks:
        - { subnet: 10.1.0.0/16 }
        - { subnet: 10.2.0.0/16 }
      """;

  @Test
  void aNetworkHasTheMasterInItAndANodeThatOfItsNetwork() throws IOException {
    Cluster cluster = cluster(descriptor(MASTERS, NETWORKS));
    assertThat(cluster.masters()).extracting(Master::name).containsExactly("rack1", "rack2");
    assertThat(cluster.masters().get(1).interfaceName()).isEqualTo("eno1");
    assertThat(cluster.nodes())
        .extracting(n -> n.name() + " " + cluster.masterOf(n).name())
        .containsExactly("a1 rack1", "a2 rack1", "a3 rack1", "b1 rack2", "b2 rack2");
    List<Cluster> views = cluster.perMaster();
    assertThat(views).extracting(v -> v.master().name()).containsExactly("rack1", "rack2");
    assertThat(views.get(1).nodes()).extracting(Node::name).containsExactly("b1", "b2");
    assertThat(views.get(1).networks()).hasSize(1);
    assertThat(views.get(1).groups()).isEqualTo(cluster.groups());
  }

  @Test
  void aNetworkBehindARelayNamesItsMaster() throws IOException {
    Cluster cluster =
        cluster(
            descriptor(
                MASTERS,
                NETWORKS + "  - { subnet: 10.3.0.0/16, master: rack2 }\n",
                NODES.replace("10.2.0.11+", "10.3.0.11+")));
    assertThat(cluster.perMaster().get(1).nodes())
        .extracting(Node::name)
        .containsExactly("b1", "b2");
    assertThat(cluster.perMaster().get(1).networks()).hasSize(2);
  }

  @Test
  void aListOfOneIsTheSameAsOne() throws IOException {
    String networks = "networks: [{ subnet: 10.0.0.0/8 }]\n";
    assertThat(cluster(descriptor("masters: [{ name: rack1, address: 10.1.0.1 }]\n", networks)))
        .isEqualTo(cluster(descriptor("master: { name: rack1, address: 10.1.0.1 }\n", networks)));
  }

  @Test
  void twinsAreRefused() throws IOException {
    assertThat(
            problems(
                descriptor(
                    """
                    masters:
                      - { name: rack1, address: 10.1.0.1 }
                      - { name: rack1, address: 10.1.0.1, directory: /data }
                    """,
                    NETWORKS)))
        .anyMatch(p -> p.contains("the master \"rack1\" exists twice, first at"))
        .anyMatch(p -> p.contains("two masters have the address 10.1.0.1, the first at"))
        .anyMatch(
            p ->
                p.contains(
                    "the master \"rack1\" has the directory /data, and \"rack1\" has /srv/diskless"));
  }

  @Test
  void oneNetworkHasOneMaster() throws IOException {
    assertThat(problems(descriptor(MASTERS, "networks: [{ subnet: 10.0.0.0/8, master: rack1 }]\n")))
        .singleElement()
        .asString()
        .contains("the masters \"rack1\" and \"rack2\" are both in the network 10.0.0.0/8, at")
        .contains("write a separate network for each master");
  }

  @Test
  void aNetworkOfNobodyOfAnUnknownOneOrOfAnotherIsRefused() throws IOException {
    assertThat(
            problems(
                descriptor(
                    MASTERS,
                    """
                    networks:
                      - { subnet: 10.1.0.0/16, master: rack2 }
                      - { subnet: 10.2.0.0/16, master: rak2 }
                      - { subnet: 10.3.0.0/16 }
                    """)))
        .hasSize(3)
        .anyMatch(p -> p.contains("10.1.0.0/16 has master: \"rack2\", but"))
        .anyMatch(
            p -> p.contains("master \"rak2\" does not exist") && p.contains("write \"rack2\""))
        .anyMatch(
            p ->
                p.contains("no master has an address in the network 10.3.0.0/16")
                    && p.contains("one of rack1, rack2"));
  }

  @Test
  void aNodeIsNoMasterOfAnyRack() throws IOException {
    assertThat(
            problems(
                descriptor(
                    MASTERS,
                    NETWORKS,
                    "nodes: [{ name: rack2, mac: \"52:54:00:00:02:01\", address: 10.1.0.1, group: compute }]\n")))
        .hasSize(2)
        .anyMatch(p -> p.contains("has the name of the master"))
        .anyMatch(p -> p.contains("is that of the master, at"));
  }

  @Test
  void oneOrSeveralButNotBoth() throws IOException {
    assertThat(problems(descriptor("master: { name: m, address: 10.1.0.2 }\n" + MASTERS, NETWORKS)))
        .anyMatch(p -> p.contains("the descriptor has \"master\" and \"masters\""));
    assertThat(problems(descriptor("", NETWORKS)))
        .anyMatch(p -> p.contains("the descriptor lacks the key \"master\""));
    assertThat(problems(descriptor("masters: []\n", NETWORKS)))
        .anyMatch(p -> p.contains("masters is empty"));
    assertThat(problems(descriptor("masters: [{ name: rack1 }]\n", NETWORKS)))
        .anyMatch(p -> p.contains("masters[1] lacks the key \"address\""));
  }

  /** A view is made in one pass, and a network is not looked for among all. */
  @Test
  void tenThousandNodesOnFortyMastersAreNoMoreThanTenThousandNodes() throws IOException {
    StringBuilder masters = new StringBuilder("masters:\n");
    StringBuilder networks = new StringBuilder("networks:\n");
    StringBuilder nodes = new StringBuilder("nodes:\n");
    IntStream.rangeClosed(1, 40)
        .forEach(
            r -> {
              masters.append("  - { name: rack%02d, address: 10.%d.0.1 }\n".formatted(r, r));
              networks.append("  - { subnet: 10.%d.0.0/16 }\n".formatted(r));
              nodes.append(
                  "  - { name: \"r%02dn[001-250]\", mac: \"52:54:00:%02x:00:01+\", address: 10.%d.1.1+, group: compute }\n"
                      .formatted(r, r, r));
            });
    Cluster cluster =
        cluster(descriptor(masters.toString(), networks.toString(), nodes.toString()));
    assertThat(cluster.perMaster()).hasSize(40).allMatch(v -> v.nodes().size() == 250);
    assertThat(cluster.perMaster().stream().flatMap(v -> v.nodes().stream()))
        .containsExactlyElementsOf(cluster.nodes());
  }
}
