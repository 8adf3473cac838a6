package dev.diskless.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.testing.Clusters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows from a cluster: mounts, exports, fstab lines, boot entries, ids, loaders. */
class DerivedViewsTest {

  private final Cluster howto = Clusters.howto();
  private final Node slave = howto.nodes().get(0);
  private final Cluster lab = Clusters.twoNetworks();

  @Test
  void everyMountOfTheMasterIsExportedToItsNodeAndNothingElse() {
    for (Cluster cluster : List.of(howto, lab)) {
      for (Node node : cluster.nodes()) {
        Map<String, Access> mounted =
            NfsMount.of(cluster, node).stream()
                .filter(NfsMount::isFromMaster)
                .collect(Collectors.toMap(NfsMount::source, NfsMount::access));
        Map<String, Access> exported =
            Export.of(cluster).stream()
                .filter(e -> e.client().equals(node.address()))
                .collect(Collectors.toMap(Export::path, Export::access));
        assertThat(exported).isEqualTo(mounted);
      }
    }
  }

  @Test
  void rootIsRootOnlyOnItsOwnRootTree() {
    for (Cluster cluster : List.of(howto, lab)) {
      assertThat(Export.of(cluster))
          .allSatisfy(
              e ->
                  assertThat(e.squash() == Squash.ROOT)
                      .isEqualTo(!e.path().startsWith(cluster.release().path())));
    }
  }

  @Test
  void partsOfAnOverlayAreReadOnly() {
    assertThat(Export.of(lab))
        .filteredOn(e -> e.squash() == Squash.NONE)
        .isNotEmpty()
        .allSatisfy(e -> assertThat(e.access()).isEqualTo(Access.READ_ONLY));
  }

  @Test
  void anExportIsOneLineForOneClient() {
    assertThat(Export.of(howto).get(0))
        .hasToString(
            "/srv/diskless/howto/releases/1.0/192.168.45.45 192.168.45.45(rw,sync,no_subtree_check,"
                + "no_root_squash,fsid=ef2a8071-6e56-89eb-9e2d-ac0b2d02752e)");
  }

  @Test
  void theFsidFollowsFromThePathAlone() {
    UUID one = new Export("/a", Clusters.ip("10.0.0.1"), Access.READ_ONLY, Squash.ROOT).fsid();
    UUID same = new Export("/a", Clusters.ip("10.0.0.2"), Access.READ_WRITE, Squash.NONE).fsid();
    UUID other = new Export("/b", Clusters.ip("10.0.0.1"), Access.READ_ONLY, Squash.ROOT).fsid();
    assertThat(one).isEqualTo(same).isNotEqualTo(other);
    assertThat(one.version()).isEqualTo(8);
    assertThat(one.variant()).isEqualTo(2);
  }

  @Test
  void exportsGrowWithTheNodesAndNotWithTheirSquare() {
    int ten = Export.of(Clusters.ofSize(10)).size();
    assertThat(Export.of(Clusters.ofSize(1000))).hasSize(ten * 100);
  }

  @Test
  void aMountFromAnotherServerIsMountedAndNotExported() {
    Node node = lab.nodes().get(0);
    assertThat(FstabLine.of(lab, node))
        .extracting(FstabLine::toString)
        .contains("storage:/export/scratch /scratch nfs rw,hard,_netdev,vers=4.2 0 0");
    assertThat(Export.of(lab))
        .extracting(Export::path)
        .doesNotContain("/scratch", "/export/scratch");
  }

  @Test
  void whoIsNobodyAndWhatSecurityIsAskedForStandInTheExport() {
    Group group =
        Clusters.groupWith(
            "g",
            RootMode.OVERLAY,
            BootMethod.PXELINUX,
            List.of(
                new Mount("/a", Optional.empty(), Access.READ_WRITE, List.of(), Squash.NONE),
                new Mount("/b", Optional.empty(), Access.READ_ONLY, List.of(), Squash.ALL),
                Clusters.mount("/c", Access.READ_WRITE, "vers=4.2", "sec=krb5i:krb5p")));
    Node node =
        new Node(
            "n", Clusters.mac("52:54:00:00:00:01"), Clusters.ip("192.168.45.2"), group, Map.of());
    assertThat(Export.of(Clusters.of(List.of(group), List.of(node))))
        .extracting(e -> e.toString().replaceAll(",fsid=[^,)]*", ""))
        .endsWith(
            "/a 192.168.45.2(rw,sync,no_subtree_check,no_root_squash)",
            "/b 192.168.45.2(ro,sync,no_subtree_check,all_squash)",
            "/c 192.168.45.2(rw,sync,no_subtree_check,root_squash,sec=krb5i:krb5p)");
  }

  @Test
  void aMountFromNowhereIsRefused() {
    Group group =
        Clusters.groupWith(
            "g",
            RootMode.FULL,
            BootMethod.PXELINUX,
            List.of(new Mount("/a", Optional.of("storage"), Access.READ_ONLY, List.of())));
    Node node =
        new Node(
            "n", Clusters.mac("52:54:00:00:00:01"), Clusters.ip("192.168.45.2"), group, Map.of());
    Cluster cluster = Clusters.of(List.of(group), List.of(node));
    assertThatThrownBy(() -> NfsMount.of(cluster, node))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("storage");
  }

  @Test
  void softIsOnlyForWhatIsReadOnly() {
    Group group =
        Clusters.groupWith(
            "g",
            RootMode.FULL,
            BootMethod.PXELINUX,
            List.of(
                Clusters.mount("/a", Access.READ_WRITE, "soft", "timeo=5"),
                Clusters.mount("/b", Access.READ_ONLY, "soft"),
                Clusters.mount("/c", Access.READ_ONLY, "hard", "_netdev", "ro")));
    Node node =
        new Node(
            "n", Clusters.mac("52:54:00:00:00:01"), Clusters.ip("192.168.45.2"), group, Map.of());
    assertThat(FstabLine.of(Clusters.of(List.of(group), List.of(node)), node))
        .extracting(l -> String.join(",", l.options()))
        .containsExactly(
            "rw,hard,nolock,vers=3,tcp",
            "rw,hard,_netdev,timeo=5",
            "ro,soft,_netdev",
            "ro,hard,_netdev");
  }

  @Test
  void anOverlayHasNoRootInItsFstab() {
    assertThat(FstabLine.of(lab, lab.nodes().get(2)))
        .extracting(FstabLine::file)
        .containsExactly("/home");
  }

  @Test
  void fstabEscapesWhatWouldEndAField() {
    assertThat(new FstabLine("h:/a b", "/a b", "nfs", List.of("ro")))
        .hasToString("h:/a\\040b /a\\040b nfs ro 0 0");
    assertThatThrownBy(() -> new FstabLine("a", "/b", "nfs", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFullNodeBootsItsOwnTree() {
    BootEntry entry = BootEntry.of(howto, slave);
    assertThat(entry.kernel()).isEqualTo("1.0/master-copy/vmlinuz");
    assertThat(entry.initrd()).contains("1.0/master-copy/initrd.img");
    assertThat(entry.commandLine())
        .isEqualTo(
            "root=/dev/nfs boot=nfs nfsroot=192.168.45.1:/srv/diskless/howto/releases/1.0/"
                + "192.168.45.45,vers=3,tcp ip=dhcp rw net.ifnames=0 console=tty0 console=ttyS0,115200");
  }

  @Test
  void anOverlayNodeIsToldItsLayersTopmostFirst() {
    assertThat(BootEntry.of(lab, lab.nodes().get(1)).arguments())
        .containsExactly(
            "root=/dev/nfs",
            "boot=nfs",
            "nfsroot=10.1.0.1:/srv/clusters/lab/releases/2.1/images/debian,vers=3,tcp,ro",
            "ip=dhcp",
            "ro",
            "diskless.root=overlay",
            "diskless.layers=/srv/clusters/lab/releases/2.1/nodes/n2"
                + ":/srv/clusters/lab/releases/2.1/groups/compute",
            "net.ifnames=0",
            "console=ttyS0");
  }

  private static Cluster oneNode(RootMode mode) {
    Group group = Clusters.groupWith("g", mode, BootMethod.PXELINUX, List.of());
    Node node =
        new Node(
            "n", Clusters.mac("52:54:00:00:00:01"), Clusters.ip("192.168.45.2"), group, Map.of());
    return Clusters.of(List.of(group), List.of(node));
  }

  private static List<String> exports(Cluster cluster) {
    return Export.of(cluster).stream()
        .map(e -> e.path().replaceFirst(".*/releases/[^/]*/", "") + " " + e.access().keyword())
        .toList();
  }

  @Test
  void aSharedNodeWritesToItsOwnTreeAndNowhereElse() {
    Cluster cluster = oneNode(RootMode.SHARED);
    String image = cluster.groups().get(0).image();
    assertThat(exports(cluster))
        .containsExactly("images/" + image + " ro", "groups/g ro", "nodes/n ro", "192.168.45.2 rw");
    assertThat(Export.of(cluster)).allMatch(e -> e.squash() == Squash.NONE);
    assertThat(FstabLine.of(cluster, cluster.nodes().get(0)))
        .extracting(FstabLine::file)
        .containsExactly("/etc", "/var", "/root", "/tmp");
    String release = cluster.release().path();
    assertThat(FstabLine.of(cluster, cluster.nodes().get(0)).get(0))
        .hasToString(
            "192.168.45.1:%s/192.168.45.2/etc /etc nfs rw,hard,nolock,vers=3,tcp,x-initrd.mount 0 0"
                .formatted(release));
    assertThat(BootEntry.of(cluster, cluster.nodes().get(0)).arguments())
        .containsSequence(
            "nfsroot=192.168.45.1:%s/images/%s,vers=3,tcp,ro".formatted(release, image),
            "ip=dhcp",
            "ro",
            "diskless.root=shared",
            "diskless.layers=%1$s/nodes/n:%1$s/groups/g".formatted(release),
            "diskless.private=%s/192.168.45.2".formatted(release));
  }

  @Test
  void aRamNodeCopiesFromTheReleaseAndMountsNothingOfIt() {
    Cluster cluster = oneNode(RootMode.RAM);
    String image = cluster.groups().get(0).image();
    assertThat(exports(cluster))
        .containsExactly("ram/" + image + " ro", "groups/g ro", "nodes/n ro");
    assertThat(FstabLine.of(cluster, cluster.nodes().get(0))).isEmpty();
    String release = cluster.release().path();
    assertThat(BootEntry.of(cluster, cluster.nodes().get(0)).arguments())
        .containsSequence(
            "nfsroot=192.168.45.1:%s/ram/%s,vers=3,tcp,ro".formatted(release, image),
            "ip=dhcp",
            "ro",
            "diskless.root=ram",
            "diskless.layers=%1$s/nodes/n:%1$s/groups/g".formatted(release));
  }

  @Test
  void machineIdsAreStableUniqueAndWellFormed() {
    Cluster large = Clusters.ofSize(1000);
    List<String> ids = large.nodes().stream().map(large::machineId).toList();
    assertThat(ids)
        .doesNotHaveDuplicates()
        .allMatch(i -> i.matches("[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}"));
    assertThat(howto.machineId(slave)).isEqualTo("c23e7f3e06f74bbd96993ecf4aa083a1");
    assertThat(lab.machineId(slave)).isNotEqualTo(howto.machineId(slave));
  }

  @ParameterizedTest
  @EnumSource(BootMethod.class)
  void everyMethodHasALoaderForEveryUefiAndAllButGrubForABios(BootMethod method) {
    assertThat(method.loaders())
        .filteredOn(l -> l.architecture() != Loader.BIOS && !l.http())
        .extracting(Loader::hexArchitecture)
        .containsExactly("00:07", "00:09", "00:0b");
    assertThat(method.biosLoader().isPresent()).isEqualTo(method != BootMethod.GRUB);
  }

  @Test
  void onlyMethodsThatHaveAnHttpServerAnswerFirmwareThatWantsOne() {
    for (BootMethod method : BootMethod.values()) {
      assertThat(method.loaders())
          .filteredOn(Loader::http)
          .extracting(Loader::hexArchitecture)
          .isEqualTo(method == BootMethod.PXELINUX ? List.of() : List.of("00:10", "00:13"));
    }
  }
}
