package dev.diskless.testing;

import dev.diskless.model.Access;
import dev.diskless.model.AddressRange;
import dev.diskless.model.BootMethod;
import dev.diskless.model.CentralLog;
import dev.diskless.model.Cluster;
import dev.diskless.model.Collector;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.Group;
import dev.diskless.model.Hardware;
import dev.diskless.model.Image;
import dev.diskless.model.ImageSource;
import dev.diskless.model.Keeping;
import dev.diskless.model.Lease;
import dev.diskless.model.Link;
import dev.diskless.model.Master;
import dev.diskless.model.Monitoring;
import dev.diskless.model.Mount;
import dev.diskless.model.NameServer;
import dev.diskless.model.Network;
import dev.diskless.model.NetworkConfig;
import dev.diskless.model.NfsServer;
import dev.diskless.model.Node;
import dev.diskless.model.Owner;
import dev.diskless.model.Profile;
import dev.diskless.model.RemoteLogin;
import dev.diskless.model.RootMode;
import dev.diskless.model.Secret;
import dev.diskless.model.Squash;
import dev.diskless.model.User;
import dev.diskless.model.UserGroup;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.MACAddressString;
import inet.ipaddr.mac.MACAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Clusters for tests, built without a descriptor. */
public final class Clusters {

  private Clusters() {}

  public static IPAddress ip(String text) {
    return new IPAddressString(text).getAddress();
  }

  public static MACAddress mac(String text) {
    return new MACAddressString(text).getAddress();
  }

  public static Mount mount(String path, Access access, String... options) {
    return new Mount(path, Optional.empty(), access, List.of(options));
  }

  public static Master master() {
    return new Master(
        "master", ip("192.168.45.1"), "eth0", DhcpServer.ISC, Master.DEFAULT_DIRECTORY);
  }

  public static Network network(String subnet) {
    return new Network(ip(subnet), Optional.empty(), List.of(), Optional.empty(), Lease.DEFAULT);
  }

  public static Image debian(String name) {
    return new Image(
        name,
        new ImageSource.Debian(
            "bookworm",
            Optional.empty(),
            Optional.empty(),
            List.of("main"),
            List.of("linux-image-amd64"),
            List.of()));
  }

  /** A group of root mode overlay without mounts. */
  public static Group group(String name) {
    return groupWith(name, RootMode.OVERLAY, BootMethod.PXELINUX, List.of());
  }

  public static Group groupWith(String name, RootMode root, BootMethod boot, List<Mount> mounts) {
    return Group.of(name).image("debian").root(root).boot(boot).mounts(mounts).build();
  }

  /** A node of a group with this root mode. */
  public static Node node(String name, String address, RootMode root) {
    return node(name, address, groupWith("g", root, BootMethod.PXELINUX, List.of()));
  }

  /** A node with some MAC address. */
  public static Node node(String name, String address, Group group) {
    return node(name, "52:54:00:00:00:01", address, group);
  }

  /** Nodes of the given groups in one network, without a domain. */
  public static Cluster of(List<Group> groups, List<Node> nodes) {
    return new Cluster(
        "lab",
        Optional.empty(),
        "1.0",
        master(),
        List.of(network("192.168.0.0/16")),
        List.of(debian("debian")),
        groups,
        nodes,
        Map.of());
  }

  /** The same cluster with another DHCP server. */
  public static Cluster withDhcp(Cluster cluster, DhcpServer dhcp, boolean proxyDhcp) {
    Master master = cluster.master();
    return withMaster(
        cluster,
        new Master(
            master.name(),
            master.address(),
            master.interfaceName(),
            dhcp,
            proxyDhcp,
            master.directory()));
  }

  /** The same cluster, whose first network has IPv6, too. */
  public static Cluster withIpv6(Cluster cluster) {
    List<Network> networks = new ArrayList<>(cluster.networks());
    Network first = networks.get(0);
    networks.set(
        0,
        new Network(
            first.subnet(),
            first.gateway(),
            first.dns(),
            first.pool(),
            first.lease(),
            first.master(),
            Optional.of(new IPAddressString("fd00:45::/64").getAddress())));
    return withNetworks(cluster, networks);
  }

  /** The same cluster, whose nodes have a second card, and a bond with a VLAN on it. */
  public static Cluster withLinks(Cluster cluster) {
    List<Link> links =
        List.of(
            card("eth1", Optional.empty()),
            card("eth2", Optional.of("bond0")),
            card("eth3", Optional.of("bond0")),
            new Link(
                "bond0",
                Optional.of(9000),
                Optional.of(new Link.Bond(List.of("eth2", "eth3"), "802.3ad")),
                Optional.empty(),
                Optional.empty()),
            new Link(
                "bond0.20",
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Link.Vlan(20, "bond0")),
                Optional.empty()));
    Cluster with = withGroups(cluster, g -> g.toBuilder().links(links).build());
    return new Cluster(
        with.name(),
        with.domain(),
        with.version(),
        with.masters(),
        with.networks(),
        with.images(),
        with.groups(),
        with.nodes().stream()
            .map(
                n ->
                    new Node(
                        n.name(),
                        n.mac(),
                        n.address(),
                        n.group(),
                        n.resources(),
                        Map.of(
                            "eth1",
                            new IPAddressString("10.1.0.45/24").getAddress(),
                            "bond0.20",
                            new IPAddressString("fd00:20::45/64").getAddress())))
            .toList(),
        with.resources(),
        with.profile());
  }

  private static Link card(String name, Optional<String> master) {
    return new Link(name, Optional.of(9000), Optional.empty(), Optional.empty(), master);
  }

  /** The same cluster with Prometheus. */
  public static Cluster withMonitoring(Cluster cluster) {
    return withMonitoring(cluster, Monitoring.of(Collector.PROMETHEUS));
  }

  /** The same cluster with another monitoring. */
  public static Cluster withMonitoring(Cluster cluster, Monitoring monitoring) {
    return new Cluster(
        cluster.name(),
        cluster.domain(),
        cluster.version(),
        cluster.masters(),
        cluster.networks(),
        cluster.images(),
        cluster.groups(),
        cluster.nodes(),
        cluster.resources(),
        cluster.profile(),
        monitoring);
  }

  /** The same cluster with a free value of the cluster, its groups and its nodes. */
  public static Cluster withResources(Cluster cluster, String value) {
    Map<String, Object> resources = Map.of("value", value);
    Cluster grouped = withGroups(cluster, g -> g.toBuilder().set("resources", resources).build());
    return new Cluster(
        grouped.name(),
        grouped.domain(),
        grouped.version(),
        grouped.masters(),
        grouped.networks(),
        grouped.images(),
        grouped.groups(),
        grouped.nodes().stream()
            .map(n -> new Node(n.name(), n.mac(), n.address(), n.group(), resources, n.addresses()))
            .toList(),
        resources,
        grouped.profile());
  }

  /** The same cluster with another NFS server. */
  public static Cluster withNfs(Cluster cluster, NfsServer nfs) {
    Master master = cluster.master();
    return withMaster(
        cluster,
        new Master(
            master.name(),
            master.address(),
            master.interfaceName(),
            master.dhcp(),
            master.proxyDhcp(),
            nfs,
            master.dns(),
            master.directory()));
  }

  /**
   * The same cluster, whose nodes also mount /root as its root, and /data with Kerberos; on
   * /usr/share nobody is anybody.
   */
  public static Cluster withSquash(Cluster cluster) {
    List<Mount> others =
        List.of(
            new Mount("/root", Optional.empty(), Access.READ_WRITE, List.of(), Squash.NONE),
            new Mount(
                "/data", Optional.empty(), Access.READ_WRITE, List.of("sec=krb5p"), Squash.ROOT),
            new Mount(
                "/usr/share", Optional.empty(), Access.READ_ONLY, List.of("soft"), Squash.ALL));
    return withGroups(
        cluster,
        g -> {
          Map<String, Mount> mounts = new LinkedHashMap<>();
          g.mounts().forEach(m -> mounts.put(m.path(), m));
          others.forEach(m -> mounts.put(m.path(), m));
          return g.toBuilder().mounts(List.copyOf(mounts.values())).build();
        });
  }

  /** The same cluster, whose master answers for names. */
  public static Cluster withDns(Cluster cluster) {
    Master master = cluster.master();
    return withMaster(
        cluster,
        new Master(
            master.name(),
            master.address(),
            master.interfaceName(),
            master.dhcp(),
            master.proxyDhcp(),
            master.nfs(),
            NameServer.DNSMASQ,
            master.directory()));
  }

  /** The same cluster, all of whose nodes start another way. */
  public static Cluster withBoot(Cluster cluster, BootMethod boot) {
    return withGroups(cluster, g -> g.toBuilder().boot(boot).build());
  }

  public static Cluster withGroups(Cluster cluster, UnaryOperator<Group> change) {
    Map<String, Group> groups = new LinkedHashMap<>();
    cluster.groups().forEach(g -> groups.put(g.name(), change.apply(g)));
    return new Cluster(
        cluster.name(),
        cluster.domain(),
        cluster.version(),
        cluster.master(),
        cluster.networks(),
        cluster.images(),
        List.copyOf(groups.values()),
        cluster.nodes().stream()
            .map(
                n ->
                    new Node(
                        n.name(),
                        n.mac(),
                        n.address(),
                        groups.get(n.group().name()),
                        n.resources()))
            .toList(),
        cluster.resources());
  }

  /** The cluster with something else that configures the network of its nodes. */
  public static Cluster withNetworkConfig(Cluster cluster, NetworkConfig networkConfig) {
    return withGroups(cluster, g -> g.toBuilder().networkConfig(networkConfig).build());
  }

  /** The cluster by another name and in another version. */
  public static Cluster named(Cluster cluster, String name, String version) {
    return new Cluster(
        name,
        cluster.domain(),
        version,
        cluster.master(),
        cluster.networks(),
        cluster.images(),
        cluster.groups(),
        cluster.nodes(),
        cluster.resources());
  }

  private static Cluster withMaster(Cluster cluster, Master master) {
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

  /** As many nodes as asked for, all of one overlay group with a mount. */
  public static Cluster ofSize(int size) {
    Group group =
        groupWith(
            "compute",
            RootMode.OVERLAY,
            BootMethod.PXELINUX,
            List.of(mount("/home", Access.READ_WRITE)));
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      nodes.add(
          new Node(
              "n" + i,
              mac("52:54:00:00:%02x:%02x".formatted(i >> 8, i & 0xFF)),
              ip("192.168.%d.%d".formatted(100 + i / 250, 1 + i % 250)),
              group,
              Map.of()));
    }
    return of(List.of(group), nodes);
  }

  /** The same cluster, whose groups take logins over rsh. */
  public static Cluster withRsh(Cluster cluster) {
    return withGroups(cluster, g -> g.toBuilder().remoteLogin(RemoteLogin.RSH).build());
  }

  /** The same cluster, whose nodes have a locale. */
  public static Cluster withLocale(Cluster cluster, String locale) {
    return withGroups(cluster, g -> g.toBuilder().set("locale", locale).build());
  }

  /** The same cluster, whose nodes have a time zone. */
  public static Cluster withTimezone(Cluster cluster, String timezone) {
    return withGroups(cluster, g -> g.toBuilder().set("timezone", timezone).build());
  }

  /** The same cluster, whose nodes have a group of users, and users with keys and passwords. */
  public static Cluster withUsers(Cluster cluster) {
    User root =
        new User(
            "root",
            Optional.empty(),
            Optional.empty(),
            List.of(),
            "/bin/bash",
            Optional.empty(),
            List.of(),
            true);
    User ada =
        new User(
            "ada",
            Optional.of(2001),
            Optional.empty(),
            List.of("sudo", "staff2"),
            "/bin/sh",
            Optional.empty(),
            List.of("ssh-ed25519 AAAAada ada@example"),
            true);
    User bob =
        new User(
            "bob",
            Optional.of(2002),
            Optional.of("staff2"),
            List.of(),
            "/bin/sh",
            Optional.of("/data/bob"),
            List.of("ssh-ed25519 AAAAbob bob@example"),
            false);
    return withGroups(
        cluster,
        g ->
            g.toBuilder()
                .set("users", List.of(root, ada, bob))
                .set("userGroups", List.of(new UserGroup("staff2", 2000)))
                .build());
  }

  /** The same cluster in its time: rsh, one log for all, and processes that migrate. */
  public static Cluster withMosix(Cluster cluster, NetworkConfig networkConfig) {
    Cluster museum =
        withGroups(
            withNetworkConfig(withRsh(cluster), networkConfig),
            g -> g.toBuilder().log(CentralLog.SHARED).build());
    return withProfile(museum, Profile.MOSIX);
  }

  /** The same cluster, whose nodes ask the master for names. */
  public static Cluster withNameServer(Cluster cluster) {
    return withDns(
        withNetworks(
            cluster,
            cluster.networks().stream()
                .map(
                    n ->
                        new Network(
                            n.subnet(),
                            n.gateway(),
                            List.of(cluster.master().address()),
                            n.pool(),
                            n.lease(),
                            n.master(),
                            n.subnet6()))
                .toList()));
  }

  private static Cluster withNetworks(Cluster cluster, List<Network> networks) {
    return new Cluster(
        cluster.name(),
        cluster.domain(),
        cluster.version(),
        cluster.masters(),
        networks,
        cluster.images(),
        cluster.groups(),
        cluster.nodes(),
        cluster.resources(),
        cluster.profile());
  }

  /** The howto's example with a second room, which has a master, a name server and a slave. */
  public static Cluster howtoInTwoRooms() {
    Cluster howto = howto();
    Master second =
        new Master(
            "secondmaster", ip("192.168.46.1"), "eth0", DhcpServer.ISC, Master.DEFAULT_DIRECTORY);
    Network one = howto.networks().get(0);
    Node slave =
        new Node(
            "secondslave",
            mac("68:00:10:37:09:84"),
            ip("192.168.46.45"),
            howto.groups().get(0),
            Map.of());
    return new Cluster(
        howto.name(),
        howto.domain(),
        howto.version(),
        List.of(howto.master(), second),
        List.of(
            networkOf("192.168.45.0/24", one.gateway(), "192.168.45.2", howto.master()),
            networkOf("192.168.46.0/24", Optional.empty(), "192.168.46.2", second)),
        howto.images(),
        howto.groups(),
        List.of(howto.nodes().get(0), slave),
        howto.resources(),
        howto.profile());
  }

  private static Network networkOf(
      String subnet, Optional<IPAddress> gateway, String dns, Master master) {
    return new Network(
        ip(subnet),
        gateway,
        List.of(ip(dns)),
        Optional.empty(),
        Lease.DEFAULT,
        Optional.of(master),
        Optional.empty());
  }

  /**
   * The howto's own example today. Of its mounts, these are gone: /root (root on a node is nobody
   * on the master), /usr/lib (the running system's libraries), /cdrom (never exported), /var/log
   * (one file of many daemons).
   */
  public static Cluster howto() {
    List<Mount> mounts =
        List.of(
            mount("/opt", Access.READ_ONLY, "soft"),
            mount("/usr/local", Access.READ_ONLY, "soft"),
            mount("/data", Access.READ_WRITE),
            mount("/usr/X11R6", Access.READ_ONLY, "soft"),
            mount("/usr/share", Access.READ_ONLY, "soft"),
            mount("/usr/include", Access.READ_ONLY, "soft"));
    Group slaves =
        Group.of("slaves")
            .image("master-copy")
            .kernelArgs(List.of("console=tty0", "console=ttyS0,115200"))
            .mounts(mounts)
            .authorizedKeys(List.of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLE root@master"))
            .build();
    Node firstslave =
        new Node("firstslave", mac("68:00:10:37:09:83"), ip("192.168.45.45"), slaves, Map.of());
    return new Cluster(
        "howto",
        Optional.empty(),
        "1.0",
        master(),
        List.of(
            new Network(
                ip("192.168.45.0/24"),
                Optional.of(ip("192.168.45.1")),
                List.of(),
                Optional.of(new AddressRange(ip("192.168.45.253"), ip("192.168.45.254"))),
                new Lease(Duration.ofSeconds(6000), Duration.ofSeconds(72000)))),
        List.of(new Image("master-copy", new ImageSource.Directory("/", List.of()))),
        List.of(slaves),
        List.of(firstslave),
        Map.of());
  }

  /**
   * Two racks, each with a master and a network, and a third network that the second master serves
   * through a relay; a group on both, one on the second only.
   */
  public static Cluster twoMasters() {
    Master rack1 = new Master("rack1", ip("10.1.0.1"), "eth0", DhcpServer.ISC, "/srv/diskless");
    Master rack2 = new Master("rack2", ip("10.2.0.1"), "eno1", DhcpServer.ISC, "/srv/diskless");
    Group compute =
        groupWith(
            "compute",
            RootMode.OVERLAY,
            BootMethod.PXELINUX,
            List.of(mount("/home", Access.READ_WRITE)));
    Group login = groupWith("login", RootMode.FULL, BootMethod.IPXE, List.of());
    return new Cluster(
        "racks",
        Optional.of("racks.example"),
        "1.0",
        List.of(rack1, rack2),
        List.of(
            networkOf("10.1.0.0/16", "10.1.0.254", "10.1.0.1", rack1),
            networkOf("10.2.0.0/16", "10.2.0.254", "10.2.0.1", rack2),
            networkOf("10.3.0.0/16", "10.3.0.254", "10.2.0.1", rack2)),
        List.of(debian("debian")),
        List.of(compute, login),
        List.of(
            new Node("a1", mac("52:54:00:00:01:01"), ip("10.1.1.1"), compute, Map.of()),
            new Node("b1", mac("52:54:00:00:02:01"), ip("10.2.1.1"), compute, Map.of()),
            new Node("a2", mac("52:54:00:00:01:02"), ip("10.1.1.2"), compute, Map.of()),
            new Node("c1", mac("52:54:00:00:03:01"), ip("10.3.1.1"), login, Map.of())),
        Map.of(),
        Profile.NONE);
  }

  private static Network networkOf(String subnet, String gateway, String dns, Master master) {
    String first = subnet.substring(0, subnet.indexOf(".0.0/"));
    return new Network(
        ip(subnet),
        Optional.of(ip(gateway)),
        List.of(ip(dns)),
        Optional.of(new AddressRange(ip(first + ".9.1"), ip(first + ".9.9"))),
        Lease.DEFAULT,
        Optional.of(master),
        Optional.empty());
  }

  /** A node of each root mode, with each loader among them, and a mount for all. */
  public static Cluster everyRoot() {
    List<BootMethod> loaders =
        List.of(BootMethod.PXELINUX, BootMethod.GRUB, BootMethod.PXELINUX, BootMethod.IPXE);
    List<Group> groups = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    for (RootMode mode : RootMode.values()) {
      int number = mode.ordinal() + 1;
      Group group =
          groupWith(
              mode.keyword(),
              mode,
              loaders.get(mode.ordinal()),
              List.of(mount("/home", Access.READ_WRITE)));
      groups.add(group);
      nodes.add(
          new Node(
              "n" + number,
              mac("52:54:00:00:00:0" + number),
              ip("192.168.45.1" + number),
              group,
              Map.of()));
    }
    return of(groups, nodes);
  }

  /** A node of each root mode, of which a directory and a file are kept, and a secret. */
  public static Cluster keeping() {
    Cluster cluster = everyRoot();
    Keeping keeping =
        new Keeping(
            List.of("/var/lib/app", "/etc/machine-info", "/srv/data sets"),
            List.of(
                new Secret(
                    "/etc/munge/munge.key",
                    Secret.Scope.CLUSTER,
                    Secret.Origin.RANDOM,
                    new Owner.Name("munge"),
                    new Owner.Name("munge"),
                    0400)));
    return withGroups(cluster, g -> g.toBuilder().keeping(keeping).build());
  }

  /** Two networks, one with a pool; three overlay nodes in two groups, with resources. */
  public static Cluster twoNetworks() {
    Group compute =
        Group.of("compute")
            .image("debian")
            .lineage(List.of("base", "compute"))
            .root(RootMode.OVERLAY)
            .kernelArgs(List.of("console=ttyS0"))
            .mounts(
                List.of(
                    mount("/home", Access.READ_WRITE),
                    mount("/opt", Access.READ_ONLY, "soft", "timeo=50"),
                    new Mount(
                        "/scratch",
                        Optional.of("storage:/export/scratch"),
                        Access.READ_WRITE,
                        List.of("vers=4.2")),
                    mount("/srv/data sets", Access.READ_ONLY)))
            .authorizedKeys(List.of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLE admin@master"))
            .resources(Map.of("rack", "r1", "slots", 16))
            .build();
    Group visual =
        Group.of("visual")
            .image("debian-gl")
            .root(RootMode.OVERLAY)
            .boot(BootMethod.IPXE)
            .interfaceName("enp1s0")
            .networkConfig(NetworkConfig.NONE)
            .remoteLogin(RemoteLogin.NONE)
            .kernelArgs(List.of("quiet"))
            .mounts(List.of(mount("/home", Access.READ_ONLY)))
            .resources(Map.of("rack", "r2"))
            .build();
    return new Cluster(
        "lab",
        Optional.of("lab.example"),
        "2.1",
        new Master("head", ip("10.1.0.1"), "eno2", DhcpServer.ISC, "/srv/clusters"),
        List.of(
            new Network(
                ip("10.1.0.0/24"),
                Optional.of(ip("10.1.0.254")),
                List.of(ip("10.1.0.1"), ip("10.1.0.2")),
                Optional.of(new AddressRange(ip("10.1.0.200"), ip("10.1.0.220"))),
                Lease.DEFAULT),
            new Network(
                ip("10.2.0.0/20"),
                Optional.empty(),
                List.of(ip("10.2.0.1")),
                Optional.empty(),
                new Lease(Duration.ofMinutes(10), Duration.ofHours(1)))),
        List.of(debian("debian"), debian("debian-gl")),
        List.of(compute, visual),
        List.of(
            new Node("n1", mac("52:54:00:00:01:01"), ip("10.1.0.11"), compute, Map.of()),
            new Node(
                "n2", mac("52:54:00:00:01:02"), ip("10.1.0.12"), compute, Map.of("rack", "r7")),
            new Node("v1", mac("52:54:00:00:02:0a"), ip("10.2.3.4"), visual, Map.of())),
        Map.of("site", "Bonn"));
  }

  /**
   * Three groups, one of which extends another. With MOSIX it is as in a museum: SuSE, rsh, and one
   * log for all.
   */
  public static Cluster withProfile(Profile profile) {
    boolean old = profile == Profile.MOSIX;
    Cluster cluster =
        profiled(
            old ? CentralLog.SHARED : CentralLog.SYSLOG,
            old ? NetworkConfig.SUSE : NetworkConfig.SYSTEMD_NETWORKD);
    return withProfile(
        old
            ? withGroups(cluster, g -> g.toBuilder().remoteLogin(RemoteLogin.RSH).build())
            : cluster,
        profile);
  }

  private static Cluster profiled(CentralLog log, NetworkConfig networkConfig) {
    Group compute =
        Group.of("compute")
            .image("debian")
            .root(RootMode.FULL)
            .log(log)
            .networkConfig(networkConfig)
            .hardware(new Hardware(Optional.of(16), Optional.of(63488L)))
            .build();
    Group big =
        compute.toBuilder().name("big-memory").lineage(List.of("compute", "big-memory")).build();
    Group login =
        Group.of("login")
            .image("debian")
            .log(CentralLog.NONE)
            .networkConfig(networkConfig)
            .hardware(new Hardware(Optional.empty(), Optional.of(2048L)))
            .build();
    List<Node> nodes = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      nodes.add(
          new Node(
              "node%02d".formatted(i),
              mac("52:54:00:00:01:%02x".formatted(i)),
              ip("192.168.45." + (100 + i)),
              i < 11 ? compute : big,
              Map.of()));
    }
    nodes.add(new Node("gate", mac("52:54:00:00:02:01"), ip("192.168.45.99"), login, Map.of()));
    return of(List.of(compute, big, login), nodes);
  }

  /** The same cluster with another profile. */
  public static Cluster withProfile(Cluster cluster, Profile profile) {
    return new Cluster(
        cluster.name(),
        cluster.domain(),
        cluster.version(),
        cluster.masters(),
        cluster.networks(),
        cluster.images(),
        cluster.groups(),
        cluster.nodes(),
        cluster.resources(),
        profile);
  }

  /** A cluster named lab: a node with a full root tree, and a second node with an overlay. */
  public static Cluster lab() {
    Group compute = labGroup("compute", RootMode.FULL);
    Group stateless = labGroup("stateless", RootMode.OVERLAY);
    return new Cluster(
        "lab",
        Optional.empty(),
        "1.0",
        new Master("master", ip("192.168.45.1"), "eth0", DhcpServer.ISC, Master.DEFAULT_DIRECTORY),
        List.of(
            new Network(
                ip("192.168.45.0/24"),
                Optional.of(ip("192.168.45.1")),
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

  /** The nodes of {@link #lab}, each in a rack of its own with its own master. */
  public static Cluster labWithTwoMasters() {
    Cluster lab = lab();
    Master rack1 =
        new Master("rack1", ip("10.1.0.1"), "eth0", DhcpServer.ISC, Master.DEFAULT_DIRECTORY);
    Master rack2 =
        new Master("rack2", ip("10.2.0.1"), "eth0", DhcpServer.ISC, Master.DEFAULT_DIRECTORY);
    return new Cluster(
        lab.name(),
        lab.domain(),
        lab.version(),
        List.of(rack1, rack2),
        List.of(networkOf("10.1.0.0/16", rack1), networkOf("10.2.0.0/16", rack2)),
        lab.images(),
        lab.groups(),
        List.of(
            node("firstslave", "68:00:10:37:09:83", "10.1.0.45", lab.groups().get(0)),
            node("second", "68:00:10:37:09:84", "10.2.0.46", lab.groups().get(1))),
        lab.resources(),
        Profile.NONE);
  }

  private static Network networkOf(String subnet, Master master) {
    return new Network(
        ip(subnet),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Lease.DEFAULT,
        Optional.of(master),
        Optional.empty());
  }

  /** {@link #lab} with a third node in the root mode shared, and a fourth node in ram. */
  public static Cluster labWithEveryRoot() {
    Cluster lab = lab();
    Group shared = labGroup("shared", RootMode.SHARED);
    Group memory = labGroup("memory", RootMode.RAM);
    List<Group> groups = new ArrayList<>(lab.groups());
    groups.addAll(List.of(shared, memory));
    List<Node> nodes = new ArrayList<>(lab.nodes());
    nodes.add(node("third", "68:00:10:37:09:85", "192.168.45.47", shared));
    nodes.add(node("fourth", "68:00:10:37:09:86", "192.168.45.48", memory));
    return new Cluster(
        lab.name(),
        lab.domain(),
        lab.version(),
        lab.master(),
        lab.networks(),
        lab.images(),
        groups,
        nodes,
        lab.resources());
  }

  /** A group of {@link #lab}, with /home of the master mounted read-write. */
  public static Group labGroup(String name, RootMode root) {
    return Group.of(name)
        .image("golden")
        .root(root)
        .mounts(List.of(new Mount("/home", Optional.empty(), Access.READ_WRITE, List.of())))
        .build();
  }

  public static Node node(String name, String mac, String address, Group group) {
    return new Node(name, Clusters.mac(mac), ip(address), group, Map.of());
  }
}
