package dev.diskless.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.Clusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeRunTest {

  private final Group compute = Clusters.group("compute");

  private Node node(String name, String address) {
    return new Node(
        name, Clusters.mac("52:54:00:00:00:01"), Clusters.ip(address), compute, Map.of());
  }

  private static List<String> lines(List<Node> nodes) {
    return NodeRun.of(nodes).stream()
        .map(r -> r.names() + " " + r.addresses() + " " + r.nodes().size())
        .toList();
  }

  @Test
  void countsNamesAndAddressesTogether() {
    List<Node> nodes = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      nodes.add(node("node%03d".formatted(i), "192.168.45." + (100 + i)));
    }
    nodes.add(node("login", "192.168.45.201"));
    assertThat(lines(nodes))
        .containsExactly("node[001-100] 192.168.45.[101-200] 100", "login 192.168.45.201 1");
  }

  @Test
  void beginsAnewWhereEitherDoesNotCount() {
    assertThat(
            lines(
                List.of(node("n1", "10.0.0.1"), node("n2", "10.0.0.2"), node("n3", "10.0.0.100"))))
        .containsExactly("n[1-2] 10.0.0.[1-2] 2", "n3 10.0.0.100 1");
    assertThat(lines(List.of(node("n1", "10.0.0.1"), node("n3", "10.0.0.2"))))
        .containsExactly("n1 10.0.0.1 1", "n3 10.0.0.2 1");
    assertThat(lines(List.of(node("n9", "10.0.0.255"), node("n10", "10.0.1.0"))))
        .containsExactly("n9 10.0.0.255 1", "n10 10.0.1.0 1");
    assertThat(lines(List.of(node("n9", "10.0.0.9"), node("n10", "10.0.0.10"))))
        .containsExactly("n[9-10] 10.0.0.[9-10] 2");
    assertThat(lines(List.of(node("n09", "10.0.0.9"), node("n010", "10.0.0.10"))))
        .containsExactly("n09 10.0.0.9 1", "n010 10.0.0.10 1");
    assertThat(lines(List.of())).isEmpty();
  }
}
