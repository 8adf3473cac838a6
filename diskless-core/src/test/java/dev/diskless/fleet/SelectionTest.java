package dev.diskless.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.testing.Clusters;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionTest {

  private static final List<Node> ALL =
      List.of(
          target("node01", "thin", "base"),
          target("node02", "thin", "base"),
          target("node10", "fat", "base"),
          target("login", "login", "login"));

  private static Node target(String name, String group, String parent) {
    return Clusters.node(
        name,
        "10.0.0.1",
        Group.of(group)
            .lineage(parent.equals(group) ? List.of(group) : List.of(parent, group))
            .image("debian")
            .build());
  }

  private static List<String> names(String text) {
    return Selection.of(text, ALL, "diskless.nodes").stream().map(Node::name).toList();
  }

  @Test
  void namesRangesAndGroupsAreTakenInTheOrderOfTheCluster() {
    assertThat(names("login, node[10,01-02]"))
        .containsExactly("node01", "node02", "node10", "login");
    assertThat(names("@thin,node01")).containsExactly("node01", "node02");
    assertThat(names("@base")).containsExactly("node01", "node02", "node10");
    assertThat(names("all")).hasSize(4);
  }

  @Test
  void nothingIsNotAll() {
    assertThatThrownBy(() -> names(null)).hasMessageContaining("the nodes are missing");
    assertThatThrownBy(() -> names(" , ")).hasMessageContaining("the nodes are missing");
  }

  @Test
  void allThatNamesNothingIsToldAtOnce() {
    assertThatThrownBy(() -> names("node[01-03],@fast,node[2-1],node[1"))
        .hasMessageContaining("node node03 does not exist")
        .hasMessageContaining("no group with nodes has the name fast")
        .hasMessageContaining("counts down from 2 to 1")
        .hasMessageContaining("brackets that do not match");
  }
}
