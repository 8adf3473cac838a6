package dev.diskless.goal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.it.TinyKernel;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Lease;
import dev.diskless.model.Network;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which nodes a lab starts. */
class BootGoalTest {

  private static final Cluster HOWTO = Clusters.lab();
  private static final Group COMPUTE = HOWTO.groups().get(0);
  private static final Group STATELESS = HOWTO.groups().get(1);

  private final Problems problems = new Problems();

  /** With a second network, whose machines ask through a relay. */
  private static Cluster withRelay(List<Node> nodes) {
    List<Network> networks = new ArrayList<>(HOWTO.networks());
    networks.add(
        new Network(
            Clusters.ip("10.1.0.0/16"),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Lease.DEFAULT));
    return new Cluster(
        HOWTO.name(),
        HOWTO.domain(),
        HOWTO.version(),
        HOWTO.master(),
        networks,
        HOWTO.images(),
        HOWTO.groups(),
        nodes,
        HOWTO.resources());
  }

  private static final Node FAR = Clusters.node("far", "52:54:00:00:00:01", "10.1.0.1", COMPUTE);
  private static final Node NEAR =
      Clusters.node("near", "52:54:00:00:00:02", "192.168.45.9", COMPUTE);
  private static final Node OTHER =
      Clusters.node("other", "52:54:00:00:00:03", "10.1.0.2", STATELESS);

  private List<String> told() {
    return problems.all().stream().map(Problem::toString).toList();
  }

  @Test
  void theFirstOfEachGroupInTheMastersNetworkIsBooted() {
    assertThat(BootGoal.inReach(withRelay(List.of(FAR, NEAR, OTHER)), List.of(), problems))
        .containsExactly(NEAR);
    assertThat(problems.warnings())
        .extracting(Problem::message)
        .containsExactly(
            "no node of group stateless is booted, because none is in the network of the master"
                + " master, 192.168.45.0/24");
    assertThat(problems.all()).hasSize(1);
  }

  @Test
  void oneBehindARelayIsRefused() {
    BootGoal.inReach(withRelay(List.of(FAR, NEAR)), List.of("near", "far"), problems);
    assertThat(told())
        .containsExactly(
            "node far (10.1.0.1) is not in the network of the master master, 192.168.45.0/24, and"
                + " a lab has no relay; choose nodes of that network with -Ddiskless.boot.nodes");
  }

  @Test
  void aClusterWithNoneThereIsRefused() {
    assertThat(BootGoal.inReach(withRelay(List.of(FAR, OTHER)), List.of(), problems)).isEmpty();
    assertThat(told()).last().asString().contains("no node is in the network of the master");
  }

  @Test
  void aKernelForAnotherArchitectureIsRefused() throws IOException {
    List<Node> nodes = HOWTO.nodes();
    byte[] arm = TinyKernel.arm64("6.1.0-arm64", new byte[0]);

    BootGoal.refuseForeignKernels(
        Map.of("golden", image(TinyKernel.bzImage("6.1"))), nodes, problems);
    assertThat(told()).isEmpty();

    BootGoal.refuseForeignKernels(Map.of("golden", image(arm)), nodes, problems);
    assertThat(told())
        .containsExactly(
            "image golden, /boot/vmlinuz-6.1: it is a kernel for arm64, and the lab's machines are"
                + " amd64, so firstslave, second cannot boot there; choose nodes with other"
                + " images with -Ddiskless.boot.nodes");
  }

  @Test
  void onlyTheKernelThatAGroupSelectsCounts() throws IOException {
    Cluster selecting =
        Clusters.withGroups(
            HOWTO, g -> g.name().equals("stateless") ? g.toBuilder().kernel("*-arm").build() : g);
    FileTree both =
        FileTree.of(
            List.of(
                file("boot/initrd.img-6.1", "initrd".getBytes(UTF_8)),
                file("boot/vmlinuz-6.1", TinyKernel.bzImage("6.1")),
                file("boot/initrd.img-6.0-arm", "initrd".getBytes(UTF_8)),
                file("boot/vmlinuz-6.0-arm", TinyKernel.arm64("6.0-arm", new byte[0]))));

    BootGoal.refuseForeignKernels(Map.of("golden", both), selecting.nodes(), problems);
    assertThat(told())
        .singleElement()
        .asString()
        .startsWith("image golden, /boot/vmlinuz-6.0-arm: it is a kernel for arm64")
        .contains("so second cannot boot there");
  }

  private static FileTree image(byte[] kernel) {
    return FileTree.of(
        List.of(
            file("boot/initrd.img-6.1", "initrd".getBytes(UTF_8)),
            file("boot/vmlinuz-6.1", kernel)));
  }

  private static Entry file(String path, byte[] bytes) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(0644, Instant.EPOCH),
        new BytesContent(bytes),
        "image golden");
  }
}
