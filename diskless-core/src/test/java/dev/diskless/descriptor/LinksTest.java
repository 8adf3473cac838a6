package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.Link;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinksTest {

  @TempDir Path dir;

  private static final String TEXT =
      """
      groups:
        base:
          image: debian
          interfaces:
            bond0.20: { vlan: 20, parent: bond0 }
            bond0: { bond: [eth3, eth2], mtu: 9000 }
            eth1: { mtu: 1400 }
        compute:
          extends: base
          interfaces:
            eth1: { mtu: 4000 }
            boot20: { vlan: 20, parent: eth0 }
      nodes:
        - name: "n[8-10]"
          mac: "52:54:00:00:00:01+"
          address: 192.168.45.11+
          group: compute
          addresses: { eth1: 10.1.0.254+/16, bond0.20: "fd00::ff+/64" }
      """;

  @Test
  void eachComesAfterWhatItIsMadeOfAndGroupsMergeByName() throws IOException {
    Cluster cluster = Reading.cluster(dir, SoundDescriptor.with(TEXT));
    assertThat(cluster.groups().get(1).links())
        .extracting(Link::name)
        .containsExactly("eth1", "eth2", "eth3", "bond0", "bond0.20", "boot20");
    assertThat(cluster.groups().get(0).links())
        .extracting(Link::name)
        .doesNotContain("boot20")
        .contains("eth1");
    Link eth1 = cluster.groups().get(1).links().get(0);
    assertThat(eth1.mtu()).contains(4000);
    Link eth2 = cluster.groups().get(1).links().get(1);
    assertThat(eth2.mtu()).as("a card has its bond's").contains(9000);
    assertThat(eth2.master()).contains("bond0");
    Link bond = cluster.groups().get(1).links().get(3);
    assertThat(bond.bond().orElseThrow().members()).containsExactly("eth3", "eth2");
    assertThat(bond.bond().orElseThrow().mode()).isEqualTo("active-backup");
    assertThat(cluster.groups().get(1).links().get(4).vlan())
        .isEqualTo(Optional.of(new Link.Vlan(20, "bond0")));
  }

  @Test
  void addressesCountUpWithTheNames() throws IOException {
    Cluster cluster = Reading.cluster(dir, SoundDescriptor.with(TEXT));
    assertThat(cluster.nodes())
        .extracting(n -> n.name() + " " + n.addresses())
        .containsExactly(
            "n8 {eth1=10.1.0.254/16, bond0.20=fd00::ff/64}",
            "n9 {eth1=10.1.0.255/16, bond0.20=fd00::100/64}",
            "n10 {eth1=10.1.1.0/16, bond0.20=fd00::101/64}");
  }
}
