package dev.diskless.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.NetworkConfig;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.PrivateRoot;
import dev.diskless.testing.RequiresPrivateRoot;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Lets what configures the network on a node read what it is told of the NIC of the boot. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "SKIPPED: the programs are those of Linux")
@RequiresPrivateRoot
class NetworkConfigTest {

  private static final String NETWORKD = "/lib/systemd/systemd-networkd";

  @TempDir Path folder;
  private PrivateRoot root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = new PrivateRoot(folder);
  }

  /** Lays out what the shipped templates add for it, of the howto's node and its group. */
  private void layOut(NetworkConfig networkConfig) throws IOException {
    layOut(Clusters.withNetworkConfig(Clusters.howto(), networkConfig));
  }

  /** The same with further interfaces. */
  private void layOutLinks(NetworkConfig networkConfig) throws IOException {
    layOut(Clusters.withLinks(Clusters.withNetworkConfig(Clusters.howto(), networkConfig)));
  }

  private void layOut(Cluster cluster) throws IOException {
    Renderer renderer = Rendered.shipped(cluster);
    for (Layer layer :
        List.of(renderer.group(cluster.groups().get(0)), renderer.node(cluster.nodes().get(0)))) {
      for (Entry entry : layer.entries()) {
        if (entry.isFile()) {
          root.write(entry.path().toString().substring(1), Rendered.text(entry));
          // netplan warns of any other.
          assertThat(entry.metadata().mode() == 0600)
              .isEqualTo(
                  entry.path().toString().startsWith("/etc/netplan/")
                      || entry.path().toString().endsWith(".nmconnection")
                      || entry.path().toString().startsWith("/root/.ssh/"));
        }
      }
    }
  }

  /** What a node starts from is up already, so it is in no list of what to bring up. */
  @RequiresProgram("ifquery")
  @Test
  void ifqueryReadsTheInterfaces() throws Exception {
    layOut(NetworkConfig.IFUPDOWN);
    assertThat(root.run("ifquery", "--list").output()).isEqualTo("lo\n");
    PrivateRoot.Outcome outcome = root.run("ifquery", "eth0");
    assertThat(outcome.code()).as(outcome.output()).isZero();

    root.write("etc/network/interfaces.d/broken", "iface eth1\n");
    assertThat(root.run("ifquery", "--list").output()).contains("unknown or no address type");
  }

  @RequiresProgram("ifquery")
  @Test
  void ifqueryReadsFurtherInterfaces() throws Exception {
    layOutLinks(NetworkConfig.IFUPDOWN);
    assertThat(root.run("ifquery", "--list").output()).isEqualTo("lo\neth1\nbond0\nbond0.20\n");
    assertThat(root.run("ifquery", "eth1").output()).contains("address: 10.1.0.45", "mtu: 9000");
    assertThat(root.run("ifquery", "bond0").output())
        .contains("bond-slaves: eth2 eth3", "bond-mode: 802.3ad");
    assertThat(root.run("ifquery", "bond0.20").output())
        .contains("vlan-raw-device: bond0", "address: fd00:20::45");
  }

  /** This kernel may know no bonds; what networkd says of the files is what counts. */
  @RequiresProgram("ip")
  @Test
  void networkdReadsFurtherInterfaces() throws Exception {
    assumeNetworkd();
    layOutLinks(NetworkConfig.SYSTEMD_NETWORKD);
    String good =
        networkd("ip link add eth1 type veth peer name far; ip link set far up\n", "eth1");
    assertThat(good)
        .contains("inet 10.1.0.45/24", "mtu 9000")
        .contains(
            "bond0: loaded \"bond\"", "bond0.20: loaded \"vlan\"", "eth0: Unmanaging interface.")
        .doesNotContainPattern("10-diskless-[^ ]*:[0-9]+:");

    root.write("etc/systemd/network/10-diskless-bond0.netdev", "[NetDev]\nName=bond0\nKind=bund\n");
    assertThat(networkd("", "eth0")).containsPattern("10-diskless-bond0.netdev:3:");
  }

  @RequiresProgram("netplan")
  @Test
  void netplanReadsFurtherInterfaces() throws Exception {
    layOutLinks(NetworkConfig.NETPLAN);
    PrivateRoot.Outcome outcome = netplan();
    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output())
        .contains(
            "10-netplan-eth1.network",
            "10-netplan-eth2.network",
            "10-netplan-bond0.network",
            "10-netplan-bond0.20.network")
        .doesNotContain("eth0");
  }

  /** A shell of it starts no daemon; it reads the profiles as the daemon does. */
  @RequiresProgram("nmcli")
  @Test
  void networkManagerReadsFurtherInterfaces() throws Exception {
    layOutLinks(NetworkConfig.NETWORKMANAGER);
    for (String name : List.of("eth1", "eth2", "bond0", "bond0.20")) {
      String file = "/etc/NetworkManager/system-connections/diskless-" + name + ".nmconnection";
      PrivateRoot.Outcome outcome =
          root.run(
              "sh", "-c", "nmcli --offline connection modify connection.autoconnect no < " + file);
      assertThat(outcome.code()).as(outcome.output()).isZero();
      assertThat(outcome.output()).contains("interface-name=" + name, "autoconnect=false");
    }
    assertThat(
            root.run(
                    "sh",
                    "-c",
                    "sed s/type=bond/type=bund/ /etc/NetworkManager/system-connections/diskless-bond0.nmconnection"
                        + " | nmcli --offline connection modify connection.autoconnect no")
                .code())
        .isNotZero();
  }

  @RequiresProgram("sh")
  @Test
  void aShellReadsFurtherInterfacesOfRedHat() throws Exception {
    layOutLinks(NetworkConfig.REDHAT);
    assertThat(
            root.run(
                    "sh",
                    "-euc",
                    """
                    cd /etc/sysconfig/network-scripts
                    (. ./ifcfg-eth1; echo $DEVICE $IPADDR/$PREFIX $MTU)
                    (. ./ifcfg-eth2; echo $MASTER $SLAVE)
                    (. ./ifcfg-bond0; echo $TYPE "$BONDING_OPTS")
                    (. ./ifcfg-bond0.20; echo $VLAN $PHYSDEV $VLAN_ID $IPV6ADDR)
                    """)
                .output())
        .isEqualTo(
            "eth1 10.1.0.45/24 9000\nbond0 yes\nBond mode=802.3ad miimon=100\nyes bond0 20 fd00:20::45/64\n");
  }

  @RequiresProgram("sh")
  @Test
  void aShellReadsFurtherInterfacesOfSuse() throws Exception {
    layOutLinks(NetworkConfig.SUSE);
    assertThat(
            root.run(
                    "sh",
                    "-euc",
                    """
                    cd /etc/sysconfig/network
                    (. ./ifcfg-eth1; echo $STARTMODE $IPADDR $MTU)
                    (. ./ifcfg-eth2; echo $STARTMODE $BOOTPROTO)
                    (. ./ifcfg-bond0; echo $BONDING_MASTER $BONDING_SLAVE_0 $BONDING_SLAVE_1)
                    (. ./ifcfg-bond0.20; echo $ETHERDEVICE $VLAN_ID $IPADDR)
                    """)
                .output())
        .isEqualTo(
            "auto 10.1.0.45/24 9000\nhotplug none\nyes eth2 eth3\nbond0 20 fd00:20::45/64\n");
  }

  /** A file that the image may have, for any interface, must not reach the one of the boot. */
  @RequiresProgram("ip")
  @Test
  void networkdLeavesTheInterfaceAlone() throws Exception {
    assumeNetworkd();
    layOut(NetworkConfig.SYSTEMD_NETWORKD);
    root.write(
        "etc/systemd/network/10-all.network", "[Match]\nName=*\n[Network]\nAddress=10.8.0.1/24\n");

    assertThat(networkd())
        .contains("eth0: Unmanaging interface.")
        .contains("inet 192.168.45.45/24")
        .doesNotContain("inet 10.8.0.1/24")
        // As it begins a complaint about a line.
        .doesNotContain("00-diskless.network:");

    root.write("etc/systemd/network/00-diskless.network", "[Match]\nName=eth1\nBogus=1\n");
    assertThat(networkd()).contains("inet 10.8.0.1/24", "00-diskless.network:3: Unknown key");
  }

  private void assumeNetworkd() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of(NETWORKD)), "SKIPPED: there is no " + NETWORKD + " here");
    PrivateRoot.Outcome probe = root.run("unshare", "--net", "sh", "-euc", INTERFACE);
    Assumptions.assumeTrue(
        probe.code() == 0, () -> "SKIPPED: this kernel makes no interface: " + probe.output());
  }

  private static final String INTERFACE =
      """
      ip link add eth0 type veth peer name other
      ip addr add 192.168.45.45/24 dev eth0
      ip link set other up
      ip link set eth0 up
      mount -t sysfs -o ro sysfs /sys
      """;

  /** What it logs in its first seconds, and then the addresses of the interface. */
  private String networkd() throws Exception {
    return networkd("", "eth0");
  }

  /**
   * @param more commands that make further interfaces
   * @param shown whose addresses come last
   */
  private String networkd(String more, String shown) throws Exception {
    PrivateRoot.Outcome outcome =
        root.run(
            "unshare",
            "--net",
            "sh",
            "-euc",
            INTERFACE
                + more
                + """
                mount -t tmpfs run /run
                export SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console
                timeout 4 %s 2>&1 || :
                ip addr show dev %s
                """
                    .formatted(NETWORKD, shown));
    assertThat(outcome.code()).as(outcome.output()).isZero();
    return outcome.output();
  }

  @RequiresProgram("netplan")
  @Test
  void netplanMakesNothingOfTheInterface() throws Exception {
    layOut(NetworkConfig.NETPLAN);
    PrivateRoot.Outcome outcome = netplan();
    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output()).doesNotContain("eth0");

    // An image may have a file for every interface; ours comes before what is made of it.
    root.write(
        "etc/netplan/50-all.yaml",
        "network:\n  version: 2\n  ethernets:\n    all: {match: {name: '*'}, dhcp4: true}\n");
    assertThat(netplan().output()).contains("10-netplan-all.network");
    assertThat("00-diskless.network").isLessThan("10-netplan-all.network");

    root.write("etc/netplan/99-diskless.yaml", "network:\n  version: bogus\n");
    assertThat(netplan().code()).isNotZero();
  }

  private PrivateRoot.Outcome netplan() throws Exception {
    return root.run(
        "sh",
        "-euc",
        "mkdir -p /t/root/etc; rm -rf /t/root/run /t/root/etc/netplan;"
            + " cp -r /etc/netplan /t/root/etc/; chmod 600 /t/root/etc/netplan/*;"
            + " netplan generate --root-dir /t/root 2>&1; find /t/root/run -name '*.network'"
            + " 2>/dev/null || :");
  }

  @RequiresProgram("NetworkManager")
  @Test
  void networkManagerAddsTheInterfaceToThoseThatItLeavesAlone() throws Exception {
    layOut(NetworkConfig.NETWORKMANAGER);
    root.write("etc/NetworkManager/NetworkManager.conf", "[main]\nplugins=keyfile\n");
    PrivateRoot.Outcome outcome = root.run("NetworkManager", "--print-config");
    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("unmanaged-devices=interface-name:=eth0");
  }

  /** As the scripts of the distributions do. */
  @RequiresProgram("sh")
  @Test
  void aShellReadsTheFilesOfRedHat() throws Exception {
    layOut(NetworkConfig.REDHAT);
    assertThat(
            root.run(
                "sh",
                "-euc",
                """
                . /etc/sysconfig/network
                . /etc/sysconfig/network-scripts/ifcfg-eth0
                echo $NETWORKING $HOSTNAME $GATEWAY $DEVICE $BOOTPROTO $ONBOOT $NM_CONTROLLED
                echo $IPADDR $NETMASK
                """))
        .isEqualTo(
            new PrivateRoot.Outcome(
                0, "yes firstslave 192.168.45.1 eth0 none yes no\n192.168.45.45 255.255.255.0\n"));
  }

  @RequiresProgram("sh")
  @Test
  void aShellReadsTheFilesOfSuse() throws Exception {
    layOut(NetworkConfig.SUSE);
    assertThat(
            root.run(
                "sh",
                "-euc",
                """
                . /etc/rc.config.d/diskless.rc.config
                . /etc/sysconfig/network/config
                . /etc/sysconfig/network/ifcfg-eth0
                echo $NETCONFIG $IPADDR_0 $NETDEV_0 $IFCONFIG_0 $FQHOSTNAME
                echo $STARTMODE $BOOTPROTO $IPADDR "[$NETCONFIG_DNS_POLICY]" $(cat /etc/HOSTNAME)
                """))
        .isEqualTo(
            new PrivateRoot.Outcome(
                0,
                "_0 192.168.45.45 eth0 192.168.45.45 broadcast 192.168.45.255 netmask"
                    + " 255.255.255.0 up firstslave\n"
                    + "nfsroot static 192.168.45.45/24 [] firstslave\n"));
  }
}
