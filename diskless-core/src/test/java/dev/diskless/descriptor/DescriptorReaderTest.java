package dev.diskless.descriptor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.model.Access;
import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.Collector;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.ImageSource;
import dev.diskless.model.Lease;
import dev.diskless.model.Monitoring;
import dev.diskless.model.Mount;
import dev.diskless.model.Network;
import dev.diskless.model.NetworkConfig;
import dev.diskless.model.Node;
import dev.diskless.model.RemoteLogin;
import dev.diskless.model.RootMode;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.Clusters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DescriptorReaderTest {

  @TempDir Path dir;

  static String design() throws IOException {
    try (InputStream in = DescriptorReaderTest.class.getResourceAsStream("design.yaml")) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void everyPartOfTheDesignsExampleIsRead() throws IOException {
    Path inventory = dir.resolve("nodes.csv");
    Files.writeString(
        inventory,
        "name,mac,address,group,rack\nstorage1,52:54:00:00:02:00,192.168.45.210,compute,r7\n");

    Descriptor descriptor = Reading.descriptor(dir, design(), Map.of());

    Cluster cluster = descriptor.cluster();
    assertThat(descriptor.warnings()).isEmpty();
    assertThat(descriptor.inputs()).containsExactly(dir.resolve("cluster.yaml"), inventory);
    assertThat(cluster.name()).isEqualTo("lab");
    assertThat(cluster.domain()).contains("lab.example");
    assertThat(cluster.version()).isEqualTo("1.4.0");
    assertThat(cluster.release().path()).isEqualTo("/srv/diskless/lab/releases/1.4.0");

    assertThat(cluster.master().name()).isEqualTo("master");
    assertThat(cluster.master().address().toString()).isEqualTo("192.168.45.1");
    assertThat(cluster.master().interfaceName()).isEqualTo("eth0");
    assertThat(cluster.master().dhcp()).isEqualTo(DhcpServer.ISC);

    Network network = cluster.networks().get(0);
    assertThat(network.subnet()).hasToString("192.168.45.0/24");
    assertThat(network.netmask()).hasToString("255.255.255.0");
    assertThat(network.broadcastAddress()).hasToString("192.168.45.255");
    assertThat(network.gateway()).hasToString("Optional[192.168.45.1]");
    assertThat(network.dns()).hasToString("[192.168.45.1]");
    assertThat(network.pool()).hasToString("Optional[192.168.45.253-192.168.45.254]");
    assertThat(network.lease())
        .isEqualTo(new Lease(Duration.ofSeconds(6000), Duration.ofSeconds(72000)));

    assertThat(cluster.images())
        .containsExactly(
            new Image(
                "debian",
                new ImageSource.Debian(
                    "bookworm",
                    Optional.empty(),
                    Optional.empty(),
                    List.of("main"),
                    List.of("linux-image-amd64", "openssh-server"),
                    List.of())),
            new Image("golden", new ImageSource.Directory("/srv/golden", List.of())),
            new Image(
                "compute",
                new ImageSource.Artifact("com.example", "compute-image", "tar.zst", "", "1.4.0")));

    Group group = cluster.groups().get(0);
    assertThat(group)
        .isEqualTo(
            Group.of("compute")
                .image("debian")
                .root(RootMode.OVERLAY)
                .kernelArgs(List.of("console=ttyS0"))
                .mounts(
                    List.of(
                        new Mount("/home", Optional.empty(), Access.READ_WRITE, List.of()),
                        new Mount("/opt", Optional.empty(), Access.READ_ONLY, List.of("soft")),
                        new Mount(
                            "/scratch",
                            Optional.of("storage:/export/scratch"),
                            Access.READ_WRITE,
                            List.of())))
                .build());

    assertThat(cluster.nodes()).hasSize(102);
    assertNode(cluster.nodes().get(0), "firstslave", "68:00:10:37:09:83", "192.168.45.45");
    assertNode(cluster.nodes().get(1), "node001", "52:54:00:00:01:00", "192.168.45.100");
    assertNode(cluster.nodes().get(100), "node100", "52:54:00:00:01:63", "192.168.45.199");
    assertNode(cluster.nodes().get(101), "storage1", "52:54:00:00:02:00", "192.168.45.210");
    assertThat(cluster.nodes().get(101).resources()).isEqualTo(Map.of("rack", "r7"));
    assertThat(cluster.nodes()).allMatch(n -> n.group().equals(group));
  }

  private static void assertNode(Node node, String name, String mac, String address) {
    assertThat(node.name()).isEqualTo(name);
    assertThat(node.mac().toString()).isEqualTo(mac);
    assertThat(node.address().toString()).isEqualTo(address);
  }

  @Test
  void dnsmasqCanStandBesideAnotherServer() throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                "master: { name: master, address: 192.168.45.1, dhcp: dnsmasq, proxyDhcp: true }\n"));
    assertThat(cluster.master().dhcp()).isEqualTo(DhcpServer.DNSMASQ);
    assertThat(cluster.master().proxyDhcp()).isTrue();
  }

  @Test
  void whatIsNotWrittenHasASafeDefault() throws IOException {
    Cluster cluster = Reading.cluster(dir, SoundDescriptor.with(""));

    assertThat(cluster.domain()).isEmpty();
    assertThat(cluster.resources()).isEmpty();
    assertThat(cluster.monitoring()).isEqualTo(Monitoring.NONE);
    assertThat(cluster.master().interfaceName()).isEqualTo("eth0");
    assertThat(cluster.master().dhcp()).isEqualTo(DhcpServer.ISC);
    assertThat(cluster.master().proxyDhcp()).isFalse();
    assertThat(cluster.master().directory()).isEqualTo("/srv/diskless");
    Network network = cluster.networks().get(0);
    assertThat(network.gateway()).isEmpty();
    assertThat(network.dns()).isEmpty();
    assertThat(network.pool()).isEmpty();
    assertThat(network.lease()).isEqualTo(Lease.DEFAULT);
    Group group = cluster.groups().get(0);
    assertThat(group.root()).isEqualTo(RootMode.FULL);
    assertThat(group.boot()).isEqualTo(BootMethod.PXELINUX);
    assertThat(group.interfaceName()).isEqualTo("eth0");
    assertThat(group.networkConfig()).isEqualTo(NetworkConfig.IFUPDOWN);
    assertThat(group.remoteLogin()).isEqualTo(RemoteLogin.SSH);
  }

  @Test
  void monitoringIsAWordOrABlock() throws IOException {
    assertThat(monitoring("monitoring: prometheus")).isEqualTo(Monitoring.of(Collector.PROMETHEUS));
    assertThat(monitoring("monitoring: { with: prometheus, viewers: [10.1.0.0/16, 10.2.3.4] }"))
        .isEqualTo(
            new Monitoring(
                Collector.PROMETHEUS,
                List.of(Clusters.ip("10.1.0.0/16"), Clusters.ip("10.2.3.4/32")),
                false));
    assertThat(
            monitoring("monitoring: { with: none, openToNodes: true, viewers: [192.168.45.0/25] }"))
        .isEqualTo(new Monitoring(Collector.NONE, List.of(Clusters.ip("192.168.45.0/25")), true));
  }

  private Monitoring monitoring(String yaml) throws IOException {
    return Reading.cluster(dir, SoundDescriptor.with(yaml + "\n")).monitoring();
  }

  @Test
  void everySourceOfAnImageHasItsSettings() throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                """
                images:
                  debian:
                    debian:
                      suite: bookworm
                      architecture: arm64
                      mirror: http://mirror.example/debian
                      components: [main, non-free-firmware]
                      packages: [linux-image-arm64, vim=2:9.0*]
                      sources: [deb http://mirror.example/debian bookworm-backports main]
                  golden:
                    directory: { path: ../golden, exclude: [/var/cache/**] }
                  packed:
                    archive: images/node.tar.zst
                  built:
                    artifact: org.example:image:tar.gz:arm64:2.0-SNAPSHOT
                """));

    assertThat(cluster.images())
        .extracting(Image::source)
        .containsExactly(
            new ImageSource.Debian(
                "bookworm",
                Optional.of("arm64"),
                Optional.of("http://mirror.example/debian"),
                List.of("main", "non-free-firmware"),
                List.of("linux-image-arm64", "vim=2:9.0*"),
                List.of("deb http://mirror.example/debian bookworm-backports main")),
            new ImageSource.Directory("../golden", List.of("/var/cache/**")),
            new ImageSource.Archive("images/node.tar.zst"),
            new ImageSource.Artifact("org.example", "image", "tar.gz", "arm64", "2.0-SNAPSHOT"));
  }

  @Test
  void aLeanImageLacksWhatAllOfItsNodesMount() throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                """
                images:
                  golden:
                    directory: { path: /, lean: true }
                  whole:
                    directory: /
                groups:
                  base:
                    image: golden
                    mounts: [{ path: /opt }, { path: /usr/share }, { path: /usr/lib }]
                  more:
                    extends: base
                    mounts: [{ path: /data, access: rw }]
                  other:
                    image: whole
                    mounts: [{ path: /opt }]
                nodes: []
                """));

    // /usr/lib has what the node needs to mount anything, and only one group mounts /data.
    assertThat(cluster.images())
        .extracting(Image::source)
        .containsExactly(
            new ImageSource.Directory("/", List.of(), List.of("/opt", "/usr/share")),
            new ImageSource.Directory("/", List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "'',                           6000, 72000",
    "'default: 90',                90, 72000",
    "'default: 90s',               90, 72000",
    "'default: 2m, max: 3 h',      120, 10800",
    "'default: 30d',               2592000, 2592000",
    "'max: 1h',                    3600, 3600",
    "'max: 1d',                    6000, 86400",
    "'max: 4294967294',            6000, 4294967294",
  })
  void leasesHaveUnits(String lease, long standard, long max) throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                "networks: [{ subnet: 192.168.45.0/24, lease: { %s } }]".formatted(lease)));

    assertThat(cluster.networks().get(0).lease())
        .isEqualTo(new Lease(Duration.ofSeconds(standard), Duration.ofSeconds(max)));
  }

  @Test
  void severalNetworksTakeTheirOwnNodes() throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                """
                networks:
                  - { subnet: 10.0.0.0/16 }
                  - { subnet: 192.168.45.0/24, pool: 192.168.45.250 - 192.168.45.254 }
                  - { subnet: 10.1.0.0/30 }
                nodes:
                  - { name: a, mac: "52-54-00-00-00-0A", address: 10.0.255.254, group: compute }
                  - { name: b, mac: "52:54:00:00:00:0b", address: 10.1.0.1, group: compute }
                """));

    List<Node> nodes = cluster.nodes();
    assertThat(nodes.get(0).mac().toString()).isEqualTo("52:54:00:00:00:0a");
    assertThat(cluster.networkOf(nodes.get(0).address()).subnet()).hasToString("10.0.0.0/16");
    assertThat(cluster.networkOf(nodes.get(1).address()).subnet()).hasToString("10.1.0.0/30");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1.0-SNAPSHOT", "2026.01_rc+1", "7"})
  void aVersionThatCanNameADirectoryIsTaken(String version) throws IOException {
    assertThat(withVersion(version)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x", "1/2", "-1", ".1", "1 0", "1,0", "${revision}", "1;rm"})
  void aVersionThatIsUnsafeInAPathIsRefused(String version) throws IOException {
    assertThat(withVersion(version))
        .containsExactly(
            ("the project's version \"%s\" is not a valid name for the directory of a"
                    + " release; begin it"
                    + " with a letter or digit, and use only letters, digits, dots, hyphens,"
                    + " underscores and +")
                .formatted(version));
  }

  private List<String> withVersion(String version) throws IOException {
    Path file = dir.resolve("cluster.yaml");
    Files.writeString(file, SoundDescriptor.with(""));
    try {
      return Reading.words(
          DescriptorReader.read(file, dir, version, n -> Optional.empty()).warnings());
    } catch (ProblemException e) {
      return Reading.words(e.problems());
    }
  }

  @Test
  void filesThatCannotBeReadAreToldWithoutATrace() throws IOException {
    Path project = Files.createDirectories(dir.resolve("project/src"));
    assertThat(told(project.resolve("cluster.yaml")))
        .isEqualTo(
            "src/cluster.yaml: the file does not exist; write the descriptor there, or correct the path");
    assertThat(told(project))
        .isEqualTo("src: it is a directory; name the descriptor itself, a file");
    Path latin = project.resolve("latin.yaml");
    Files.write(latin, "cluster: lab\n# für\n".getBytes(ISO_8859_1));
    assertThat(told(latin))
        .isEqualTo(
            "src/latin.yaml:2:4: the byte 0xFC is not text in UTF-8; save the file in the encoding UTF-8");
  }

  private String told(Path file) {
    try {
      DescriptorReader.read(file, dir.resolve("project"), "1.0", n -> Optional.empty());
      return "nothing";
    } catch (ProblemException e) {
      return e.getMessage();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void placesOutsideTheProjectAreAbsolute() throws IOException {
    Path project = Files.createDirectories(dir.resolve("project"));
    Path elsewhere = dir.resolve("cluster.yaml");
    assertThatThrownBy(
            () -> DescriptorReader.read(elsewhere, project, "1.0", n -> Optional.empty()))
        .hasMessageStartingWith(elsewhere.toAbsolutePath().toString().replace('\\', '/') + ": ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void lineEndsAndAByteOrderMarkMoveNoPlace(String lineEnd) throws IOException {
    String sound = SoundDescriptor.with("# sound\n");
    assertThat(Reading.problems(dir, "\uFEFF" + sound.replace("\n", lineEnd))).isEmpty();
    String wrong = SoundDescriptor.with("domain: Lab\n");
    assertThat(Reading.problems(dir, "\uFEFF" + wrong.replace("\n", lineEnd)))
        .containsExactly("cluster.yaml:1:9: the domain \"Lab\" has capital letters; write \"lab\"");
  }

  @Test
  void anchorsAliasesAndMergeKeysWork() throws IOException {
    Cluster cluster =
        Reading.cluster(
            dir,
            SoundDescriptor.with(
                """
                groups:
                  compute: &compute
                    image: debian
                    root: overlay
                    kernelArgs: &args [quiet]
                  login:
                    <<: *compute
                    root: ram
                  gpu:
                    <<: [{ boot: grub, root: shared }, *compute]
                """));

    assertThat(cluster.groups())
        .extracting(Group::root)
        .containsExactly(RootMode.OVERLAY, RootMode.RAM, RootMode.SHARED);
    assertThat(cluster.groups().get(2).boot()).isEqualTo(BootMethod.GRUB);
    assertThat(cluster.groups().get(2).kernelArgs()).containsExactly("quiet");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void tenThousandNodesOfEachKindAreRead() throws IOException {
    StringBuilder yaml =
        new StringBuilder(
            """
            networks: [{ subnet: 10.0.0.0/8 }, { subnet: 192.168.45.0/24 }]
            inventory: nodes.csv
            nodes:
              - { name: "r[00001-10000]", mac: "52:54:00:00:00:00+", address: 10.1.0.1+, group: compute }
            """);
    StringBuilder csv = new StringBuilder("name,mac,address,group\n");
    for (int i = 0; i < 10_000; i++) {
      String octets = "%02x:%02x".formatted(i >> 8, i & 0xFF);
      String numbers = "%d.%d".formatted(i >> 8, i & 0xFF);
      yaml.append(
          "  - { name: y%d, mac: \"52:54:00:01:%s\", address: 10.2.%s, group: compute }\n"
              .formatted(i, octets, numbers));
      csv.append("c%d,52:54:00:02:%s,10.3.%s,compute\n".formatted(i, octets, numbers));
    }
    Files.writeString(dir.resolve("nodes.csv"), csv);

    Cluster cluster = Reading.cluster(dir, SoundDescriptor.with(yaml.toString()));

    assertThat(cluster.nodes()).hasSize(30_000);
    assertNode(cluster.nodes().get(9_999), "r10000", "52:54:00:00:27:0f", "10.1.39.16");
    assertNode(cluster.nodes().get(29_999), "c9999", "52:54:00:02:27:0f", "10.3.39.15");
  }
}
