package dev.diskless.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.Export;
import dev.diskless.model.FstabLine;
import dev.diskless.model.Group;
import dev.diskless.model.NfsMount;
import dev.diskless.model.NfsServer;
import dev.diskless.model.Node;
import dev.diskless.model.Profile;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.PrivateRoot;
import dev.diskless.testing.RequiresPrivateRoot;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lets the programs that read the rendered files read them. For each there is a broken file too, to
 * show that the program would have told.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "SKIPPED: the programs are those of Linux")
@RequiresPrivateRoot
class RealParsersTest {

  @TempDir Path folder;
  private PrivateRoot root;

  static Stream<Cluster> clusters() {
    return Stream.concat(
        Stream.of(
            Clusters.howto(),
            Clusters.twoNetworks(),
            Clusters.everyRoot(),
            Clusters.keeping(),
            Clusters.withSquash(Clusters.howto())),
        Clusters.twoMasters().perMaster().stream());
  }

  @BeforeEach
  void makeRoot() throws IOException {
    root = new PrivateRoot(folder);
  }

  /** It leaves out a service of whose lines it takes one for a mistake, and goes on. */
  @RequiresProgram("xinetd")
  @Test
  void xinetdTakesTheServicesOfRsh() throws Exception {
    Cluster cluster = Clusters.withRsh(Clusters.twoNetworks());
    Layer group = Rendered.shipped(cluster).group(cluster.groups().get(0));
    for (String service : List.of("shell", "login")) {
      root.write("etc/xinetd.d/" + service, Rendered.text(group, "etc/xinetd.d/" + service));
    }
    for (String program : List.of("in.rshd", "in.rlogind")) {
      root.write("usr/sbin/" + program, "#!/bin/sh\n");
    }
    root.write("t/xinetd.conf", "defaults\n{\n}\nincludedir /etc/xinetd.d\n");
    assertThat(xinetd()).contains("Started working: 2 available services").doesNotContain("ERROR");

    // As the HOWTO has it.
    root.write(
        "etc/xinetd.d/shell",
        Rendered.text(group, "etc/xinetd.d/shell").replace("service shell\n{", "service shell {"));
    assertThat(xinetd())
        .contains("Service shell: missing '{'", "Started working: 1 available service");
  }

  private String xinetd() throws Exception {
    return root.run(
            "sh",
            "-c",
            "chmod 755 /usr/sbin/in.rshd /usr/sbin/in.rlogind; rm -f /t/log;"
                + " timeout 2 unshare --net xinetd -dontfork -f /t/xinetd.conf -filelog /t/log"
                + " -pidfile /t/pid; cat /t/log")
        .output();
  }

  @RequiresProgram("rsyslogd")
  @ParameterizedTest
  @MethodSource("clusters")
  void rsyslogdReadsWhatMasterAndNodesHave(Cluster cluster) throws Exception {
    Renderer renderer = Rendered.shipped(cluster);
    Layer master = renderer.master();
    for (String file : List.of("diskless.conf", "diskless-nodes.json")) {
      root.write("etc/rsyslog.d/" + file, Rendered.text(master, "etc/rsyslog.d/" + file));
    }
    PrivateRoot.Outcome outcome = root.run("rsyslogd", "-N1");
    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output()).doesNotContainIgnoringCase("error", "warning");

    Layer group = renderer.group(cluster.groups().get(0));
    root.write("etc/rsyslog.d/diskless.conf", Rendered.text(group, "etc/rsyslog.d/diskless.conf"));
    assertThat(root.run("rsyslogd", "-N1"))
        .satisfies(o -> assertThat(o.code()).as(o.output()).isZero());

    root.write(
        "etc/rsyslog.d/diskless.conf",
        Rendered.text(group, "etc/rsyslog.d/diskless.conf").replace("omfwd", "omforward"));
    assertThat(root.run("rsyslogd", "-N1").code()).isNotZero();
  }

  /**
   * It tells a client the paths that this one may mount, so the node is taken to be this machine.
   */
  @RequiresProgram({"ganesha.nfsd", "rpcbind"})
  @ParameterizedTest
  @MethodSource("clustersOfGanesha")
  void ganeshaExportsWhatTheNodesMount(Cluster cluster) throws Exception {
    String good =
        Rendered.text(Rendered.shipped(cluster).master(), "etc/ganesha/ganesha.conf")
            .replace("192.168.45.45;", "127.0.0.1;");
    root.write("t/good", good);
    root.write("t/bad", good.replace("Squash = Root_Squash", "Squash = Pumpkin"));
    List<String> paths =
        NfsMount.of(cluster, cluster.nodes().get(0)).stream()
            .filter(NfsMount::isFromMaster)
            .map(NfsMount::source)
            .distinct()
            .toList();
    assertThat(ganesha("good").output().lines())
        .extracting(l -> l.split(" ")[0])
        .containsExactlyInAnyOrderElementsOf(paths);
    assertThat(ganesha("bad").output()).contains("Pumpkin");
  }

  static Stream<Cluster> clustersOfGanesha() {
    return Stream.of(Clusters.howto(), Clusters.withSquash(Clusters.howto()))
        .map(c -> Clusters.withNfs(c, NfsServer.GANESHA));
  }

  /** What it exports lies in memory, for files of an overlay have no handles. */
  private PrivateRoot.Outcome ganesha(String configuration) throws Exception {
    return root.run(
        "unshare",
        "--net",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount",
        "sh",
        "-c",
        """
        set -e
        ip link set lo up
        mount -t tmpfs exported /mnt
        sed -n 's/^EXPORT .* Path = "\\(.*\\)"; Pseudo.*/\\1/p' /t/$0 | while read -r path; do
            mkdir -p "/mnt$path" "$path"
            mount --bind "/mnt$path" "$path"
        done
        mount -t tmpfs run /run
        mkdir -p /run/ganesha /run/rpcbind
        rpcbind -w -f >/dev/null 2>&1 &
        sleep 1
        timeout 60 ganesha.nfsd -F -f /t/$0 -L /t/log -p /run/ganesha/pid >/dev/null 2>&1 &
        for turn in $(seq 40); do
            ! showmount -e 127.0.0.1 2>/dev/null | grep '^/' || break
            sleep 0.5
        done
        grep ':CONFIG :' /t/log | grep -v RADOS || :
        """,
        configuration);
  }

  @RequiresProgram("logrotate")
  @Test
  void logrotateReadsItsConfiguration() throws Exception {
    String good =
        Rendered.text(Rendered.shipped(Clusters.howto()).master(), "etc/logrotate.d/diskless");
    root.write("t/good", good);
    root.write("t/bad", good.replace("rotate 8", "rotate often"));
    assertThat(root.run("logrotate", "-d", "/t/good").output()).doesNotContain("error");
    assertThat(root.run("logrotate", "-d", "/t/bad").output()).contains("error");
  }

  @RequiresProgram("nodeset")
  @Test
  void clusterShellKnowsTheGroups() throws Exception {
    Layer master = Rendered.shipped(Clusters.withProfile(Profile.NONE)).master();
    String path = "etc/clustershell/groups.d/diskless.yaml";
    root.write(path, Rendered.text(master, path));
    assertThat(root.run("nodeset", "-f", "@diskless:all").output()).isEqualTo("gate,node[01-12]\n");
    assertThat(root.run("nodeset", "-c", "@diskless:compute").output()).isEqualTo("12\n");
    assertThat(root.run("nodeset", "-f", "@diskless:big-memory").output())
        .isEqualTo("node[11-12]\n");
    assertThat(root.run("nodeset", "-f", "@diskless:nobody").output()).isEqualTo("\n");
  }

  @RequiresProgram("ansible-inventory")
  @Test
  void ansibleReadsTheInventory() throws Exception {
    Layer master = Rendered.shipped(Clusters.withProfile(Profile.NONE)).master();
    root.write("t/ansible.yaml", Rendered.text(master, "etc/diskless/ansible.yaml"));
    PrivateRoot.Outcome graph =
        root.run("ansible-inventory", "-i", "/t/ansible.yaml", "--graph", "big_memory");
    assertThat(graph.output()).isEqualTo("@big_memory:\n  |--node11\n  |--node12\n");
    assertThat(root.run("ansible-inventory", "-i", "/t/ansible.yaml", "--host", "node07").output())
        .contains("\"ansible_host\": \"192.168.45.107\"");
  }

  /** YAML 1.1 reads the plain words as booleans, numbers, dates and null. */
  @RequiresProgram("ansible-inventory")
  @Test
  void ansibleReadsNamesThatYamlReadsAsOtherTypes() throws Exception {
    Group on = Group.of("on").image("debian").build();
    Group none = Group.of("null").image("debian").build();
    Cluster cluster =
        Clusters.of(
            List.of(on, none),
            List.of(
                Clusters.node("no", "192.168.45.1", on),
                Clusters.node("1e3", "192.168.45.2", on),
                Clusters.node("2001-01-01", "192.168.45.3", none)));
    root.write(
        "t/ansible.yaml",
        Rendered.text(Rendered.shipped(cluster).master(), "etc/diskless/ansible.yaml"));
    assertThat(root.run("ansible-inventory", "-i", "/t/ansible.yaml", "--graph").output())
        .contains("@on:\n", "--no\n", "--1e3\n", "@null:\n", "--2001-01-01\n");
  }

  @RequiresProgram("dhcpd")
  @ParameterizedTest
  @MethodSource("clusters")
  void dhcpdReadsItsConfiguration(Cluster cluster) throws Exception {
    root.write(
        "t/dhcpd.conf", Rendered.text(Rendered.shipped(cluster).master(), "etc/dhcp/dhcpd.conf"));
    assertThat(dhcpd()).satisfies(o -> assertThat(o.code()).as(o.output()).isZero());
  }

  @RequiresProgram("dhcpd")
  @Test
  void dhcpdReadsAnyHostName() throws Exception {
    var group = Clusters.group("compute");
    List<String> names = List.of("group", "host", "1", "0a", "deny", "if", "e-1", "subnet");
    List<Node> nodes =
        names.stream()
            .map(
                n ->
                    new Node(
                        n,
                        Clusters.mac("52:54:00:00:00:0" + names.indexOf(n)),
                        Clusters.ip("192.168.45.10" + names.indexOf(n)),
                        group,
                        java.util.Map.of()))
            .toList();
    Cluster cluster = Clusters.of(List.of(group), nodes);
    root.write(
        "t/dhcpd.conf", Rendered.text(Rendered.shipped(cluster).master(), "etc/dhcp/dhcpd.conf"));
    assertThat(dhcpd()).satisfies(o -> assertThat(o.code()).as(o.output()).isZero());
  }

  @RequiresProgram("radvd")
  @ParameterizedTest
  @EnumSource(DhcpServer.class)
  void serversReadWhatIpv6Adds(DhcpServer dhcp) throws Exception {
    Layer master =
        Rendered.shipped(Clusters.withIpv6(Clusters.withDhcp(Clusters.twoNetworks(), dhcp, false)))
            .master();
    List<String> command =
        switch (dhcp) {
          case ISC -> List.of("dhcpd", "-t", "-6", "-cf", "/t/file", "-lf", "/dev/null");
          case KEA ->
              List.of(
                  "unshare",
                  "--net",
                  "sh",
                  "-euc",
                  "ip link add eno2 type veth; kea-dhcp6 -t /t/file");
          case DNSMASQ -> List.of("dnsmasq", "--test", "-C", "/t/file");
        };
    String path =
        switch (dhcp) {
          case ISC -> "etc/dhcp/dhcpd6.conf";
          case KEA -> "etc/kea/kea-dhcp6.conf";
          case DNSMASQ -> "etc/dnsmasq.d/diskless.conf";
        };
    Shell.assumeInstalled(dhcp == DhcpServer.KEA ? "kea-dhcp6" : command.get(0));
    String good = Rendered.text(master, path);
    root.write("t/file", good);
    assertThat(root.run(command.toArray(String[]::new)))
        .satisfies(o -> assertThat(o.code()).as(o.output()).isZero());
    // An address of no subnet, or of no form.
    root.write("t/file", good.replace("fd00:45::a", "fd00:zz::a"));
    assertThat(root.run(command.toArray(String[]::new)).code()).isNotZero();

    if (dhcp != DhcpServer.DNSMASQ) {
      String radvd = Rendered.text(master, "etc/radvd.conf");
      root.write("t/radvd.conf", radvd);
      root.write("t/bad.conf", radvd.replace("AdvManagedFlag", "AdvManaged"));
      assertThat(root.run("radvd", "--configtest", "--config=/t/radvd.conf"))
          .satisfies(o -> assertThat(o.code()).as(o.output()).isZero());
      assertThat(root.run("radvd", "--configtest", "--config=/t/bad.conf").code()).isNotZero();
    }
  }

  @RequiresProgram("systemd-analyze")
  @ParameterizedTest
  @MethodSource("clusters")
  void systemdTakesTheDropInsOfTheMaster(Cluster cluster) throws Exception {
    Layer master = Rendered.shipped(cluster).master();
    String service = "[Service]\nExecStart=/bin/true\n";
    root.write("etc/systemd/system/nfs-server.service", service);
    String path = "etc/systemd/system/nfs-server.service.d/diskless.conf";
    String text = Rendered.text(master, path);
    root.write(path, text);
    String[] verify = {
      "systemd-analyze", "verify", "--man=no", "/etc/systemd/system/nfs-server.service"
    };
    assertThat(root.run(verify).output()).doesNotContain("diskless.conf");
    root.write(path, text.replace("/srv", "srv"));
    assertThat(root.run(verify).output()).contains("diskless.conf:", "srv");
  }

  @RequiresProgram("systemd-analyze")
  @Test
  void systemdTakesTheUnitOfTheIpv6Address() throws Exception {
    Cluster cluster = Clusters.withIpv6(Clusters.howto());
    Renderer renderer = Rendered.shipped(cluster);
    String unit = "etc/systemd/system/diskless-address6.service";
    String text = Rendered.text(renderer.node(cluster.nodes().get(0)), unit);
    root.write(unit, text);
    PrivateRoot.Outcome good = root.run("systemd-analyze", "verify", "--man=no", "/" + unit);
    assertThat(good.output()).doesNotContain("diskless-address6");
    assertThat(good.code()).as(good.output()).isZero();
    root.write(unit, text.replace("ExecStart=/bin/sh", "ExecStart=/bin/no-shell"));
    assertThat(root.run("systemd-analyze", "verify", "--man=no", "/" + unit).output())
        .contains("no-shell");
  }

  /** It answers as it would on the master: asked over its interface, here one of its own making. */
  @RequiresProgram({"dnsmasq", "getent"})
  @Test
  void dnsmasqKnowsTheNamesOfAllMembers() throws Exception {
    Cluster cluster = Clusters.withDns(Clusters.withIpv6(Clusters.twoNetworks()));
    root.write(
        "t/dnsmasq.conf",
        Rendered.text(Rendered.shipped(cluster).master(), "etc/dnsmasq.d/diskless.conf"));
    root.write("t/resolv.conf", "nameserver 10.1.0.1\n");
    PrivateRoot.Outcome outcome =
        root.run(
            "unshare",
            "--net",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            "-euc",
            """
            ip link set lo up
            ip link add eno2 type veth peer name far
            ip address add 10.1.0.1/24 dev eno2
            ip link set far up
            ip link set eno2 up
            cp --remove-destination /t/resolv.conf /etc/resolv.conf
            dnsmasq --keep-in-foreground --no-resolv --user=root --pid-file= --conf-file=/t/dnsmasq.conf &
            sleep 1
            getent -s hosts:dns ahostsv4 n2.lab.example | awk 'NR == 1 { print $1 }'
            getent -s hosts:dns ahostsv4 v1 | awk 'NR == 1 { print $1 }'
            getent -s hosts:dns ahostsv6 n1 | awk 'NR == 1 { print $1 }'
            getent -s hosts:dns hosts 10.1.0.12 | awk '{ print $2 }'
            getent -s hosts:dns ahostsv4 nobody.lab.example || echo unknown
            """);
    assertThat(outcome.output().lines().filter(l -> !l.startsWith("dnsmasq")))
        .as(outcome.output())
        .containsExactly("10.1.0.12", "10.2.3.4", "fd00:45::a01:b", "n2.lab.example", "unknown");
  }

  @RequiresProgram("dhcpd")
  @Test
  void dhcpdRefusesTheHowtosOwnSpaces() throws Exception {
    String good = Rendered.text(Rendered.shipped(Clusters.howto()).master(), "etc/dhcp/dhcpd.conf");
    root.write("t/dhcpd.conf", good.replace("host firstslave", "host\u00A0firstslave"));
    assertThat(dhcpd().code()).isNotZero();
  }

  @RequiresProgram("kea-dhcp4")
  @ParameterizedTest
  @MethodSource("clusters")
  void keaReadsItsConfiguration(Cluster cluster) throws Exception {
    PrivateRoot.Outcome outcome = kea(cluster, kea(cluster));
    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output()).doesNotContain(" WARN ", " ERROR ");
  }

  @RequiresProgram("kea-dhcp4")
  @Test
  void keaRefusesAnAddressOutsideItsSubnet() throws Exception {
    String good = kea(Clusters.howto());
    PrivateRoot.Outcome outcome =
        kea(Clusters.howto(), good.replace("\"192.168.45.45\"", "\"192.168.46.45\""));
    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.output()).contains("192.168.46.45");
  }

  private static String kea(Cluster cluster) throws IOException {
    Cluster withKea = Clusters.withDhcp(cluster, DhcpServer.KEA, false);
    return Rendered.text(Rendered.shipped(withKea).master(), "etc/kea/kea-dhcp4.conf");
  }

  /** Kea insists on the interface, even for a check; so it gets one, in a network of its own. */
  private PrivateRoot.Outcome kea(Cluster cluster, String text) throws Exception {
    root.write("etc/kea/kea-dhcp4.conf", text);
    String device = cluster.master().interfaceName();
    PrivateRoot.Outcome probe =
        root.run("unshare", "--net", "ip", "link", "add", device, "type", "veth");
    Assumptions.assumeTrue(
        probe.code() == 0,
        () -> "SKIPPED: this kernel makes no interface for Kea to check: " + probe.output());
    return root.run(
        "unshare",
        "--net",
        "sh",
        "-euc",
        "ip link add " + device + " type veth; kea-dhcp4 -t /etc/kea/kea-dhcp4.conf");
  }

  static Stream<Cluster> clustersWithDnsmasq() {
    return clusters()
        .flatMap(
            c ->
                Stream.of(
                    Clusters.withDhcp(c, DhcpServer.DNSMASQ, false),
                    Clusters.withDhcp(c, DhcpServer.DNSMASQ, true)));
  }

  @RequiresProgram("dnsmasq")
  @ParameterizedTest
  @MethodSource("clustersWithDnsmasq")
  void dnsmasqReadsItsConfiguration(Cluster cluster) throws Exception {
    PrivateRoot.Outcome outcome = dnsmasq(cluster, "");
    assertThat(outcome.code()).as(outcome.output()).isZero();
  }

  @RequiresProgram("dnsmasq")
  @ParameterizedTest
  @MethodSource("clustersWithDnsmasq")
  void dnsmasqRefusesWhatIsNoAddress(Cluster cluster) throws Exception {
    PrivateRoot.Outcome outcome = dnsmasq(cluster, "dhcp-range=192.168.45.300,static\n");
    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.output()).contains("bad dhcp-range");
  }

  private PrivateRoot.Outcome dnsmasq(Cluster cluster, String more) throws Exception {
    root.write(
        "t/dnsmasq.conf",
        Rendered.text(Rendered.shipped(cluster).master(), "etc/dnsmasq.d/diskless.conf") + more);
    return root.run("dnsmasq", "--test", "-C", "/t/dnsmasq.conf");
  }

  private PrivateRoot.Outcome dhcpd() throws Exception {
    root.write("t/dhcpd.leases", "");
    return root.run("dhcpd", "-t", "-cf", "/t/dhcpd.conf", "-lf", "/t/dhcpd.leases");
  }

  @RequiresProgram("exportfs")
  @ParameterizedTest
  @MethodSource("clusters")
  void exportfsExportsWhatTheModelSays(Cluster cluster) throws Exception {
    layOutExports(cluster, "");
    PrivateRoot.Outcome outcome = exportfs();
    assertThat(outcome.code()).as(outcome.output()).isZero();
    List<String> expected =
        Export.of(cluster).stream()
            .map(
                e ->
                    "%s %s %s %s %s"
                        .formatted(
                            e.path().replace(" ", "\\040"),
                            e.client(),
                            e.access().keyword(),
                            e.options().get(3) + " " + e.security().orElse("sys"),
                            e.fsid()))
            .toList();
    assertThat(outcome.output().lines().map(RealParsersTest::parsedExport))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  /** A line of etab, reduced to what the model says. */
  private static String parsedExport(String line) {
    String[] parts = line.split("[\t()]");
    List<String> options = Arrays.asList(parts[2].split(","));
    assertThat(options).as(line).contains("sync", "no_subtree_check");
    // Each of them has a contrary that is always told: all_squash goes with either.
    String squash =
        options.contains("all_squash")
            ? "all_squash"
            : options.contains("no_root_squash") ? "no_root_squash" : "root_squash";
    String security =
        options.stream().filter(o -> o.startsWith("sec=")).findFirst().orElseThrow().substring(4);
    String fsid =
        options.stream().filter(o -> o.startsWith("fsid=")).findFirst().orElseThrow().substring(5);
    return String.join(" ", parts[0], parts[1], options.get(0), squash, security, fsid);
  }

  @RequiresProgram("exportfs")
  @Test
  void exportfsRefusesAnUnknownOption() throws Exception {
    layOutExports(Clusters.howto(), "/opt 192.168.45.46(rw,bogus)\n");
    PrivateRoot.Outcome outcome = exportfs();
    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.output()).contains("bogus");
  }

  private void layOutExports(Cluster cluster, String more) throws IOException {
    String text =
        Rendered.text(Rendered.shipped(cluster).master(), "etc/exports.d/diskless.exports");
    root.write("etc/exports", "");
    root.write("etc/exports.d/diskless.exports", text + more);
    for (Export export : Export.of(cluster)) {
      root.mkdir(export.path().substring(1));
    }
  }

  private PrivateRoot.Outcome exportfs() throws Exception {
    return root.run("sh", "-c", ": > /var/lib/nfs/etab && exportfs -ra && cat /var/lib/nfs/etab");
  }

  @RequiresProgram("findmnt")
  @ParameterizedTest
  @MethodSource("clusters")
  void findmntVerifiesEveryFstab(Cluster cluster) throws Exception {
    for (Node node : cluster.nodes()) {
      Renderer renderer = Rendered.shipped(cluster);
      // The mount points come from the layer itself.
      for (Entry directory : renderer.group(node.group()).ensured()) {
        root.mkdir(directory.path().toString().substring(1));
      }
      // Those of the state are made where a tree is composed, and what is bound there on the
      // master.
      for (String path : node.group().keeping().state()) {
        root.mkdir(path.substring(1));
        root.mkdir("run/diskless/state" + path);
      }
      root.write("t/fstab", Rendered.text(renderer.node(node), "etc/fstab"));
      PrivateRoot.Outcome outcome = findmnt();
      assertThat(outcome.code()).as(outcome.output()).isZero();
      // A root that is no local disk needs no fsck.
      assertThat(outcome.output().lines().filter(l -> l.contains("[W]") || l.contains("[E]")))
          .allSatisfy(
              l ->
                  assertThat(l)
                      .containsAnyOf(
                          "recommended root FS passno is 1",
                          "nfs seems unsupported by the current kernel",
                          "non-bind mount source"));
      String listed =
          root.run("findmnt", "--tab-file", "/t/fstab", "--list", "-n", "-o", "TARGET").output();
      assertThat(listed.lines())
          .containsExactlyElementsOf(
              FstabLine.of(cluster, node).stream().map(FstabLine::file).toList());
    }
  }

  /**
   * Without NFS, which a test has not: a file system in memory stands for what the master keeps.
   */
  @RequiresProgram("mount")
  @Test
  void mountBindsWhatIsKeptToItsPaths() throws Exception {
    Cluster cluster = Clusters.keeping();
    root.write(
        "t/fstab",
        Rendered.text(Rendered.shipped(cluster).node(cluster.nodes().get(2)), "etc/fstab"));
    root.mkdir("var/lib/app");
    root.mkdir("srv/data sets");
    root.write("etc/machine-info", "of the tree\n");
    PrivateRoot.Outcome outcome =
        root.run(
            "sh",
            "-euc",
            """
            mkdir -p /run/diskless/state
            mount -t tmpfs kept /run/diskless/state
            cd /run/diskless/state
            mkdir -p var/lib/app 'srv/data sets' etc
            echo kept >etc/machine-info
            grep ' none bind' /t/fstab >/t/binds
            mount -T /t/binds -a
            echo one >/var/lib/app/file
            echo two >'/srv/data sets/file'
            echo three >>/etc/machine-info
            cat var/lib/app/file 'srv/data sets/file' etc/machine-info
            """);

    assertThat(outcome.output()).isEqualTo("one\ntwo\nkept\nthree\n");
  }

  @RequiresProgram("findmnt")
  @Test
  void findmntRefusesAnUnescapedSpaceAndAMissingMountPoint() throws Exception {
    root.write("t/fstab", "192.168.45.1:/data sets /no/such/folder nfs rw 0 0\n");
    assertThat(findmnt().code()).isNotZero();
  }

  private PrivateRoot.Outcome findmnt() throws Exception {
    return root.run("findmnt", "--verify", "--tab-file", "/t/fstab");
  }

  @RequiresProgram("sshd")
  @Test
  void sshdReadsItsConfigurationWithTheKeysThatTheUnitMakes() throws Exception {
    laySshd("");
    PrivateRoot.Outcome outcome = sshd();
    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output()).contains("permitrootlogin without-password");
  }

  @RequiresProgram("ssh")
  @ParameterizedTest
  @MethodSource("clusters")
  void sshTakesTheKeyOfMembersToMembersAlone(Cluster cluster) throws Exception {
    String path = "etc/ssh/ssh_config.d/diskless.conf";
    root.write(
        "t/node", Rendered.text(Rendered.shipped(cluster).group(cluster.groups().get(0)), path));
    root.write("t/master", Rendered.text(Rendered.shipped(cluster).master(), path));
    String kept = cluster.master().directory() + "/" + cluster.name();
    for (Node node : cluster.nodes()) {
      for (String name : List.of(node.name(), node.address().toString())) {
        assertThat(root.run("ssh", "-G", "-F", "/t/node", name).output())
            .contains("identityfile ~/.ssh/id_ed25519\n", "identityfile /etc/ssh/members_key\n");
        assertThat(root.run("ssh", "-G", "-F", "/t/master", name).output())
            .contains("identityfile " + kept + "/secret/etc/ssh/members_key\n")
            .contains(kept + "/state/known_hosts\n");
      }
    }
    for (String file : List.of("/t/node", "/t/master")) {
      assertThat(root.run("ssh", "-G", "-F", file, "elsewhere.example").output())
          .contains("identityfile ~/.ssh/id_ed25519\n")
          .doesNotContain("members_key");
    }
  }

  @RequiresProgram("sshd")
  @Test
  void sshdRefusesAnUnknownKeyword() throws Exception {
    laySshd("PermitRootLogins no\n");
    PrivateRoot.Outcome outcome = sshd();
    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.output()).contains("PermitRootLogins");
  }

  private void laySshd(String more) throws IOException {
    Cluster cluster = Clusters.howto();
    Layer layer = Rendered.shipped(cluster).group(cluster.groups().get(0));
    String path = "etc/ssh/sshd_config.d/diskless.conf";
    root.write(path, Rendered.text(layer, path) + more);
    root.write("etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n");
    root.mkdir("run/sshd");
  }

  /** Runs what the drop-in of ssh.service runs before the daemon. */
  private PrivateRoot.Outcome sshd() throws Exception {
    Cluster cluster = Clusters.howto();
    String unit =
        Rendered.text(
            Rendered.shipped(cluster).group(cluster.groups().get(0)),
            "etc/systemd/system/ssh.service.d/diskless.conf");
    List<String> before =
        unit.lines()
            .filter(l -> l.startsWith("ExecStartPre=/"))
            .map(l -> l.substring("ExecStartPre=".length()))
            .toList();
    assertThat(before).hasSize(2);
    return root.run(
        "sh",
        "-c",
        "rm -f /etc/ssh/ssh_host_*; chmod 755 /run/sshd; "
            + String.join(" && ", before)
            + " && /usr/sbin/sshd -T");
  }

  @RequiresProgram("nginx")
  @ParameterizedTest
  @MethodSource("clusters")
  void nginxReadsItsConfiguration(Cluster cluster) throws Exception {
    PrivateRoot.Outcome outcome = nginx(cluster, "");
    assertThat(outcome.code()).as(outcome.output()).isZero();
    assertThat(outcome.output()).doesNotContain("[warn]");
  }

  @RequiresProgram("nginx")
  @Test
  void nginxRefusesAnUnknownDirective() throws Exception {
    PrivateRoot.Outcome outcome = nginx(Clusters.howto(), "serve all;\n");
    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.output()).contains("unknown directive \"serve\"");
  }

  /** Beside the site that Debian ships, and where no address is up. */
  private PrivateRoot.Outcome nginx(Cluster cluster, String more) throws Exception {
    String path = "etc/nginx/conf.d/diskless.conf";
    Cluster ipxe = Clusters.withBoot(cluster, BootMethod.IPXE);
    root.write(path, Rendered.text(Rendered.shipped(ipxe).master(), path) + more);
    return root.run("unshare", "--net", "nginx", "-t");
  }

  @Test
  void aClusterThatFetchesAllOverTftpHasNoHttpServer() throws Exception {
    Layer master =
        Rendered.shipped(Clusters.withBoot(Clusters.howto(), BootMethod.PXELINUX)).master();
    assertThat(Rendered.has(master, "etc/nginx/conf.d/diskless.conf")).isFalse();
  }

  @RequiresProgram("grub-script-check")
  @ParameterizedTest
  @MethodSource("clusters")
  void grubReadsEveryScript(Cluster cluster) throws Exception {
    Layer boot = Rendered.shipped(Clusters.withBoot(cluster, BootMethod.GRUB)).boot();
    List<Entry> scripts =
        boot.entries().stream()
            .filter(e -> e.isFile() && e.path().rawName().startsWith("grub.cfg"))
            .toList();
    assertThat(scripts).hasSize(cluster.nodes().size() + 1);
    for (Entry script : scripts) {
      root.write("t/grub.cfg", Rendered.text(script));
      PrivateRoot.Outcome outcome = root.run("grub-script-check", "/t/grub.cfg");
      assertThat(outcome.code()).as(script + ": " + outcome.output()).isZero();
    }
  }

  @RequiresProgram("grub-script-check")
  @Test
  void grubRefusesAnEntryThatIsNotClosed() throws Exception {
    root.write("t/grub.cfg", "menuentry 'one' {\n  linux /vmlinuz\n");
    assertThat(root.run("grub-script-check", "/t/grub.cfg").code()).isNotZero();
  }

  @RequiresProgram("sh")
  @Test
  void aShellReadsTheReleaseFile() throws Exception {
    Cluster cluster = Clusters.twoNetworks();
    Node node = cluster.nodes().get(0);
    root.write(
        "t/release", Rendered.text(Rendered.shipped(cluster).node(node), "etc/diskless-release"));
    assertThat(
            root.run(
                "sh", "-euc", ". /t/release; echo $CLUSTER $VERSION $NODE $GROUP $IMAGE $ROOT"))
        .isEqualTo(new PrivateRoot.Outcome(0, "lab 2.1 n1 compute debian overlay\n"));
  }
}
