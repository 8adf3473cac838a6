package dev.diskless.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Access;
import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.Clusters;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.model.Mount;
import dev.diskless.model.NetworkConfig;
import dev.diskless.model.Node;
import dev.diskless.model.RootMode;
import dev.diskless.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterChecksTest {

  private static List<String> problems(Cluster cluster) {
    Renderer renderer = Rendered.shipped(cluster);
    Rendered.layers(cluster, renderer);
    return renderer.problems().stream().map(Problem::toString).toList();
  }

  private static Cluster with(Group group) {
    Node node =
        new Node(
            "n1", Clusters.mac("52:54:00:00:00:01"), Clusters.ip("192.168.45.45"), group, Map.of());
    return Clusters.of(List.of(group), List.of(node));
  }

  private static Cluster with(Cluster cluster, Master master) {
    return new Cluster(
        cluster.name(),
        cluster.domain(),
        cluster.version(),
        master,
        cluster.networks(),
        cluster.images(),
        cluster.groups(),
        cluster.nodes(),
        cluster.resources());
  }

  @Test
  void theTestClustersAreSound() {
    assertThat(problems(Clusters.howto())).isEmpty();
    assertThat(problems(Clusters.twoNetworks())).isEmpty();
  }

  @Test
  void refusesAReleaseThatNoKernelIsTold() {
    Group group =
        Group.of("old")
            .image("debian")
            .root(RootMode.RAM)
            .networkConfig(NetworkConfig.SUSE)
            .build();
    Master master =
        new Master("m", Clusters.ip("192.168.45.1"), "eth0", DhcpServer.KEA, "/srv/my disks");
    assertThat(problems(with(with(group), master)))
        .containsExactly(
            "the release's path /srv/my disks/lab/releases/1.0 cannot be written on a kernel's"
                + " command line; use only letters, digits and any of /._+@%~=- in the master's"
                + " directory and the project's version");
  }

  @Test
  void refusesAddressesOutsideEveryNetwork() {
    Master master =
        new Master("m", Clusters.ip("10.0.0.1"), "eth0", DhcpServer.ISC, "/srv/diskless");
    Group group = Clusters.group("g");
    Node node =
        new Node("n1", Clusters.mac("52:54:00:00:00:01"), Clusters.ip("10.9.9.9"), group, Map.of());
    assertThat(problems(with(Clusters.of(List.of(group), List.of(node)), master)))
        .containsExactly(
            "the master's address 10.0.0.1 is in no network; add its network under networks, or"
                + " the DHCP server does not answer there",
            "the address 10.9.9.9 of node n1 is in no network; add its network under networks");
  }

  @Test
  void refusesIpv6ForNow() {
    Group group = Clusters.group("g");
    Node node =
        new Node("n1", Clusters.mac("52:54:00:00:00:01"), Clusters.ip("fd00::1"), group, Map.of());
    assertThat(problems(Clusters.of(List.of(group), List.of(node))))
        .singleElement()
        .asString()
        .contains("fd00::1 is an IPv6 address");
  }

  @Test
  void warnsOfMountsThatLoseDataOrHideTheSystem() {
    Group group =
        Clusters.groupWith(
            "g",
            RootMode.FULL,
            BootMethod.PXELINUX,
            List.of(
                Clusters.mount("/data", Access.READ_WRITE, "soft"),
                Clusters.mount("/usr/lib", Access.READ_ONLY)));
    Cluster cluster = with(group);
    assertThat(problems(cluster))
        .satisfiesExactly(
            p -> assertThat(p).startsWith("group g, mount /data is soft and rw"),
            p -> assertThat(p).startsWith("group g, mount /usr/lib would hide the programs"));
    assertThat(Rendered.shipped(cluster).problems()).noneMatch(Problem::isError);
  }

  @Test
  void refusesMountsThatBreakTheNodeOrContradictThemselves() {
    Group group =
        Clusters.groupWith(
            "g",
            RootMode.FULL,
            BootMethod.PXELINUX,
            List.of(
                Clusters.mount("/proc", Access.READ_ONLY),
                Clusters.mount("/data", Access.READ_WRITE, "ro"),
                Clusters.mount("/opt", Access.READ_ONLY, "timeo=5 soft")));
    assertThat(problems(with(group)))
        .satisfiesExactly(
            p -> assertThat(p).startsWith("group g, mount /proc would hide a part of the root"),
            p -> assertThat(p).startsWith("group g, mount /data has access rw and the option ro"),
            p -> assertThat(p).startsWith("group g, mount /opt: \"timeo=5 soft\" in its options"));
  }

  @Test
  void refusesValuesThatWouldStartLinesOfTheirOwn() {
    Group group =
        Group.of("g")
            .image("debian")
            .root(RootMode.OVERLAY)
            .boot(BootMethod.GRUB)
            .interfaceName("eth0\nauto eth1")
            .kernelArgs(List.of("quiet\nKERNEL other"))
            .mounts(List.of(new Mount("/x\ny", Optional.empty(), Access.READ_ONLY, List.of())))
            .authorizedKeys(List.of("ssh-ed25519 A\nssh-ed25519 B"))
            .build();
    assertThat(problems(with(group)))
        .satisfiesExactly(
            p -> assertThat(p).startsWith("group g: \"eth0?auto eth1\" in its interface"),
            p -> assertThat(p).startsWith("group g has a control character in its kernelArgs"),
            p -> assertThat(p).startsWith("group g has a control character in its authorizedKeys"),
            p -> assertThat(p).contains("has a control character in its path"));
  }

  @Test
  void refusesMountsThatLeadNowhere() {
    Group group =
        Clusters.groupWith(
            "g",
            RootMode.FULL,
            BootMethod.PXELINUX,
            List.of(
                new Mount("/a", Optional.of("storage"), Access.READ_ONLY, List.of()),
                Clusters.mount("/b/../c", Access.READ_ONLY)));
    assertThat(problems(with(group)))
        .satisfiesExactly(
            p -> assertThat(p).startsWith("group g, mount /a is from storage, which is no server"),
            p -> assertThat(p).startsWith("group g, mount /b/../c goes up by .."));
  }
}
