package dev.diskless.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.Clusters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AddressRunTest {

  private static List<AddressRun> runs(String... addresses) {
    List<Node> nodes = new ArrayList<>();
    for (String address : addresses) {
      nodes.add(
          new Node(
              "n" + (addresses.length - nodes.size()),
              Clusters.mac("52:54:00:00:00:01"),
              Clusters.ip(address),
              Clusters.group("g" + nodes.size()),
              Map.of()));
    }
    return AddressRun.of(nodes);
  }

  private static AddressRun run(String first, int count) {
    return new AddressRun(Clusters.ip(first), count);
  }

  @Test
  void countsOverNamesAndGroups() {
    assertThat(runs("10.0.0.1", "10.0.0.2", "10.0.0.3")).containsExactly(run("10.0.0.1", 3));
  }

  @Test
  void beginsAnewWhereAddressesDoNotFollowOrTheLastNumberIsOver() {
    assertThat(runs("10.0.0.1", "10.0.0.2", "10.0.0.100", "10.0.0.99"))
        .containsExactly(run("10.0.0.1", 2), run("10.0.0.100", 1), run("10.0.0.99", 1));
    assertThat(runs("10.0.0.254", "10.0.0.255", "10.0.1.0"))
        .containsExactly(run("10.0.0.254", 2), run("10.0.1.0", 1));
    assertThat(runs()).isEmpty();
  }
}
