package dev.diskless.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.testing.Clusters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ClusterJsonTest {

  private static final String OLD =
      """
      { "cluster": "lab", "version": "1.0",
        "master": { "name": "master", "address": "192.168.45.1", "interface": "eth0",
          "dhcp": "isc", "directory": "/srv/diskless" },
        "networks": [ { "subnet": "192.168.45.0/24", "dns": [],
          "lease": { "default": "6000s", "max": "72000s" } } ],
        "images": { "golden": { "directory": "golden" } },
        "groups": { "compute": { "lineage": [ "compute" ], "image": "golden", "root": "full",
          "boot": "pxelinux", "interface": "eth0", "networkConfig": "ifupdown",
          "remoteLogin": "ssh", "kernelArgs": [], "resources": {},
          "mounts": [ { "path": "/home", "access": "rw", "options": [] } ] } },
        "nodes": [ { "name": "n1", "mac": "68:00:10:37:09:83", "address": "192.168.45.45",
          "group": "compute" } ],
        "resources": {} }
      """;

  static Stream<Cluster> clusters() {
    return Stream.of(
        Clusters.howto(),
        Clusters.twoMasters(),
        Clusters.howtoInTwoRooms(),
        Clusters.everyRoot(),
        Clusters.keeping(),
        Clusters.twoNetworks(),
        Clusters.withRsh(Clusters.howto()),
        Clusters.withLocale(Clusters.howto(), "de_DE.UTF-8"),
        Clusters.withUsers(Clusters.howto()),
        Clusters.withTimezone(Clusters.howto(), "Europe/Berlin"),
        Clusters.withSquash(Clusters.howto()),
        Clusters.withDns(Clusters.withIpv6(Clusters.howto())),
        Clusters.withLinks(Clusters.howto()),
        Clusters.withDhcp(Clusters.howto(), DhcpServer.DNSMASQ, true),
        Clusters.withNfs(Clusters.howto(), NfsServer.GANESHA),
        Clusters.withMonitoring(Clusters.howto()),
        Clusters.withMonitoring(
            Clusters.howto(),
            new Monitoring(Collector.PROMETHEUS, List.of(Clusters.ip("10.1.0.0/16")), true)),
        Clusters.withProfile(Profile.SLURM));
  }

  @ParameterizedTest
  @MethodSource("clusters")
  void readsWhatItWrites(Cluster cluster) {
    Map<String, Object> values = ClusterJson.values(cluster);

    Cluster read = ClusterJson.read(JsonMapper.shared().writeValueAsString(values));

    assertThat(read).isEqualTo(cluster);
    assertThat(ClusterJson.values(read)).isEqualTo(values);
  }

  /** The first version wrote fewer keys, and squash, initramfs and others came later. */
  @Test
  void readsAFileOfTheFirstVersion() {
    Cluster read = ClusterJson.read(OLD);

    assertThat(read.masters()).containsExactly(Clusters.master());
    assertThat(read.networks()).containsExactly(Clusters.network("192.168.45.0/24"));
    assertThat(read.nodes().get(0).group())
        .isEqualTo(
            Group.of("compute")
                .image("golden")
                .mounts(List.of(Clusters.mount("/home", Access.READ_WRITE)))
                .build());
    assertThat(read.profile()).isEqualTo(Profile.NONE);
  }

  @Test
  void ignoresKeysOfLaterVersions() {
    assertThat(ClusterJson.read(OLD.replace("\"cluster\":", "\"later\": {}, \"cluster\":")))
        .isEqualTo(ClusterJson.read(OLD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{ \"cluster\": \"lab\", \"version\": \"1\", \"master\": 7 }",
        "{ \"cluster\": [], \"version\": \"1\", \"masters\": [] }",
        "{ \"cluster\": \"lab\", \"version\": \"1\", \"masters\": [ null ] }"
      })
  void rejectsTextThatIsNotACluster(String text) {
    assertThatThrownBy(() -> ClusterJson.read(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"group\": \"compute\" }->\"group\": \"other\" }",
        "\"isc\"->\"bind\"",
        "192.168.45.45->localhost",
        "68:00:10:37:09:83->none",
        "\"/home\"->\"home\"",
        "{ \"golden\": { \"directory\": \"golden\" } }->{ \"golden\": {} }",
        "\"lineage\": [ \"compute\" ]->\"lineage\": [ 1 ]",
        "\"image\": \"golden\",->",
        "\"n1\"->\"not a host name\"",
        "\"mounts\": [->\"mounts\": [ 7,"
      })
  void rejectsValuesThatAreNotValid(String change) {
    String[] words = change.split("->", -1);
    assertThat(OLD).contains(words[0]);

    assertThatThrownBy(() -> ClusterJson.read(OLD.replace(words[0], words[1])))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** A mirror's URL can contain a password. */
  @Test
  void leavesOutWhereAnImageIsDownloadedFrom() {
    ImageSource.Debian debian =
        new ImageSource.Debian(
            "bookworm",
            Optional.of("amd64"),
            Optional.of("http://user:password@mirror.example/debian"),
            List.of("main"),
            List.of("linux-image-amd64"),
            List.of("deb http://user:password@mirror.example/debian bookworm main"));

    Map<String, Object> image = RecordValues.write(new Image("debian", debian));

    assertThat(image.toString()).doesNotContain("password");
    assertThat(RecordValues.read(Image.class, new LinkedHashMap<>(image)).source())
        .isEqualTo(
            new ImageSource.Debian(
                "bookworm",
                Optional.of("amd64"),
                Optional.empty(),
                List.of("main"),
                List.of("linux-image-amd64"),
                List.of()));
  }
}
