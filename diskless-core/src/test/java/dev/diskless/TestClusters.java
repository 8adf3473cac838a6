package dev.diskless;

import dev.diskless.model.Access;
import dev.diskless.model.Cluster;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.ImageSource;
import dev.diskless.model.Lease;
import dev.diskless.model.Master;
import dev.diskless.model.Mount;
import dev.diskless.model.Network;
import dev.diskless.model.Node;
import dev.diskless.model.Profile;
import dev.diskless.model.RootMode;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.MACAddressString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Clusters for tests. */
public final class TestClusters {

  private TestClusters() {}

  /** The howto's one slave in a full tree, and a second node in overlay. */
  public static Cluster howto() {
    Group compute = group("compute", RootMode.FULL);
    Group stateless = group("stateless", RootMode.OVERLAY);
    return new Cluster(
        "lab",
        Optional.empty(),
        "1.0",
        new Master(
            "master", address("192.168.45.1"), "eth0", DhcpServer.ISC, Master.DEFAULT_DIRECTORY),
        List.of(
            new Network(
                address("192.168.45.0/24"),
                Optional.of(address("192.168.45.1")),
                List.of(),
                Optional.empty(),
                Lease.DEFAULT)),
        List.of(new Image("golden", new ImageSource.Directory("golden", List.of()))),
        List.of(compute, stateless),
        List.of(
            node("firstslave", "68:00:10:37:09:83", "192.168.45.45", compute),
            node("second", "68:00:10:37:09:84", "192.168.45.46", stateless)),
        Map.of());
  }

  /** The howto's nodes in a rack each, with a master each. */
  public static Cluster twoMasters() {
    Cluster howto = howto();
    Master rack1 =
        new Master("rack1", address("10.1.0.1"), "eth0", DhcpServer.ISC, Master.DEFAULT_DIRECTORY);
    Master rack2 =
        new Master("rack2", address("10.2.0.1"), "eth0", DhcpServer.ISC, Master.DEFAULT_DIRECTORY);
    return new Cluster(
        howto.name(),
        howto.domain(),
        howto.version(),
        List.of(rack1, rack2),
        List.of(networkOf("10.1.0.0/16", rack1), networkOf("10.2.0.0/16", rack2)),
        howto.images(),
        howto.groups(),
        List.of(
            node("firstslave", "68:00:10:37:09:83", "10.1.0.45", howto.groups().get(0)),
            node("second", "68:00:10:37:09:84", "10.2.0.46", howto.groups().get(1))),
        howto.resources(),
        Profile.NONE);
  }

  private static Network networkOf(String subnet, Master master) {
    return new Network(
        address(subnet),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Lease.DEFAULT,
        Optional.of(master),
        Optional.empty());
  }

  /** The same with a third node in shared, and a fourth in ram. */
  public static Cluster everyRoot() {
    Cluster howto = howto();
    Group shared = group("shared", RootMode.SHARED);
    Group memory = group("memory", RootMode.RAM);
    List<Group> groups = new ArrayList<>(howto.groups());
    groups.addAll(List.of(shared, memory));
    List<Node> nodes = new ArrayList<>(howto.nodes());
    nodes.add(node("third", "68:00:10:37:09:85", "192.168.45.47", shared));
    nodes.add(node("fourth", "68:00:10:37:09:86", "192.168.45.48", memory));
    return new Cluster(
        howto.name(),
        howto.domain(),
        howto.version(),
        howto.master(),
        howto.networks(),
        howto.images(),
        groups,
        nodes,
        howto.resources());
  }

  public static Group group(String name, RootMode root) {
    return Group.of(name)
        .image("golden")
        .root(root)
        .mounts(List.of(new Mount("/home", Optional.empty(), Access.READ_WRITE, List.of())))
        .build();
  }

  public static Node node(String name, String mac, String address, Group group) {
    return new Node(
        name, new MACAddressString(mac).getAddress(), address(address), group, Map.of());
  }

  public static IPAddress address(String text) {
    return new IPAddressString(text).getAddress();
  }
}
