package dev.diskless.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.PrivateRoot;
import dev.diskless.testing.RequiresPrivateRoot;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Starts the real DHCP servers with what is rendered for them, and asks as firmware does: all of
 * them must give the same answers. Each has a network of its own that nothing leaves.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "SKIPPED: the programs are those of Linux")
@RequiresPrivateRoot
@RequiresProgram({"ip", "nsenter"})
class DhcpAnswersTest {

  private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java") + "";

  private static final String N1 = "52:54:00:00:01:01";
  private static final String N2 = "52:54:00:00:01:02";
  private static final String V1 = "52:54:00:00:02:0a";
  private static final String STRANGER = "52:54:00:00:09:09";

  private static final String FIRST =
      " {1=255.255.255.0, 3=10.1.0.254, 6=10.1.0.1 10.1.0.2, %s15=lab.example, %s28=10.1.0.255,"
          + " 51=6000%s}";
  private static final String SECOND =
      " {1=255.255.240.0, 6=10.2.0.1, 12=v1, 15=lab.example,"
          + " 17=10.1.0.1:/srv/clusters/lab/active/images/debian-gl, 28=10.2.15.255,"
          + " 51=600%s}";
  private static final String ROOT = "17=10.1.0.1:/srv/clusters/lab/active/images/debian, ";

  @TempDir Path folder;
  private PrivateRoot root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = new PrivateRoot(folder);
  }

  @ParameterizedTest
  @EnumSource
  void aNodeGetsItsOwnAndAStrangerNothingToBoot(DhcpServer dhcp) throws Exception {
    List<String> answers =
        ask(
            Clusters.withDhcp(Clusters.twoNetworks(), dhcp, false),
            "relay",
            N1 + ",10.1.0.2,,,,",
            N1 + ",10.1.0.2,0,,PXEClient,",
            N2 + ",10.1.0.2,7,,PXEClient,",
            N2 + ",10.1.0.2,9,iPXE,PXEClient,",
            N2 + ",10.1.0.2,16,,HTTPClient,",
            N2 + ",10.1.0.2,6,,PXEClient,",
            V1 + ",10.2.0.2,0,,PXEClient,",
            V1 + ",10.2.0.2,11,,PXEClient,",
            V1 + ",10.2.0.2,0,iPXE,PXEClient,",
            V1 + ",10.2.0.2,19,,HTTPClient:Arch:00019,",
            STRANGER + ",10.1.0.2,7,,PXEClient,",
            STRANGER + ",10.2.0.2,7,,PXEClient,");
    String n1 = FIRST.formatted("12=n1, ", ROOT, "");
    String n2 = FIRST.formatted("12=n2, ", ROOT, "");
    String v1 = SECOND.formatted("");
    String http = ", 60=HTTPClient";
    assertThat(answers.subList(0, 4))
        .containsExactly(
            "10.1.0.11 from 10.1.0.1 file 'pxelinux.0'" + n1,
            "10.1.0.11 from 10.1.0.1 file 'pxelinux.0'" + n1,
            "10.1.0.12 from 10.1.0.1 file 'shimx64.efi'" + n2,
            // shim cannot read through iPXE.
            "10.1.0.12 from 10.1.0.1 file 'grubx64.efi'" + n2);
    // HTTP boot without an HTTP server, and an architecture that no loader is for: who serves the
    // file that is not there is no matter.
    assertThat(answers.subList(4, 6))
        .allMatch(a -> a.startsWith("10.1.0.12 from ") && a.endsWith(" file ''" + n2));
    assertThat(answers.subList(6, 10))
        .containsExactly(
            "10.2.3.4 from 10.1.0.1 file 'undionly.kpxe'" + v1,
            "10.2.3.4 from 10.1.0.1 file 'ipxe-arm64.efi'" + v1,
            "10.2.3.4 from 10.1.0.1 file 'http://10.1.0.1/boot.ipxe'" + v1,
            "10.2.3.4 from 10.1.0.1 file 'http://10.1.0.1/ipxe-arm64.efi'"
                + SECOND.formatted(http));
    // From the pool, or nothing at all where there is none.
    assertThat(answers.get(10))
        .matches("10\\.1\\.0\\.2[012]\\d from \\S+ file ''.*")
        .endsWith(FIRST.formatted("", "", ""));
    assertThat(answers.get(11)).isEqualTo("none");
  }

  @ParameterizedTest
  @EnumSource
  void grubStartsNoBiosAndSaysSoByNoFile(DhcpServer dhcp) throws Exception {
    List<String> answers =
        ask(
            Clusters.withDhcp(
                Clusters.withBoot(Clusters.twoNetworks(), BootMethod.GRUB), dhcp, false),
            "relay",
            N1 + ",10.1.0.2,,,,",
            N1 + ",10.1.0.2,0,,PXEClient,",
            N1 + ",10.1.0.2,7,,PXEClient,",
            N1 + ",10.1.0.2,11,,PXEClient,",
            N1 + ",10.1.0.2,16,,HTTPClient,");

    assertThat(answers)
        .extracting(a -> a.replaceFirst(".* file '(.*)' .*", "$1"))
        .containsExactly("", "", "shimx64.efi", "shimaa64.efi", "http://10.1.0.1/shimx64.efi");
  }

  @ParameterizedTest
  @EnumSource
  void anyHostNameReachesItsNode(DhcpServer dhcp) throws Exception {
    // Words of dhcpd.conf, and what dnsmasq would take for the time of a lease, and 1 for a number.
    List<String> names = List.of("group", "deny", "infinite", "ignore", "45m", "1", "0a", "e-1");
    Group group = Clusters.group("compute");
    List<Node> nodes = new ArrayList<>();
    List<String> questions = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String mac = "52:54:00:00:00:0" + i;
      nodes.add(
          new Node(names.get(i), Clusters.mac(mac), Clusters.ip("10.1.0.3" + i), group, Map.of()));
      questions.add(mac + ",10.1.0.2,0,,PXEClient,old-name");
    }
    Cluster two = Clusters.twoNetworks();
    Cluster cluster =
        Clusters.withDhcp(
            new Cluster(
                two.name(),
                two.domain(),
                two.version(),
                two.master(),
                two.networks(),
                two.images(),
                List.of(group),
                nodes,
                Map.of()),
            dhcp,
            false);
    List<String> answers = ask(cluster, "relay", questions.toArray(String[]::new));
    for (int i = 0; i < names.size(); i++) {
      assertThat(answers.get(i))
          .startsWith("10.1.0.3" + i + " from ")
          .contains(" 12=" + names.get(i) + ",");
    }
  }

  @Test
  void besideAnotherServerNodesAreOfferedABootServerAndNoAddress() throws Exception {
    assertThat(
            ask(
                besideAnotherServer(),
                "broadcast",
                N1 + ",,0,,PXEClient:Arch:00000:UNDI:002001,",
                N2 + ",,7,,PXEClient:Arch:00007:UNDI:003000,",
                N2 + ",,7,iPXE,PXEClient,",
                V1 + ",,0,iPXE,PXEClient,",
                V1 + ",,7,iPXE,PXEClient,",
                N1 + ",,,,,",
                STRANGER + ",,7,,PXEClient,"))
        .containsExactly(
            "0.0.0.0 from 0.0.0.0 file '' {60=PXEClient}",
            "0.0.0.0 from 10.1.0.1 file '' {60=PXEClient}",
            "0.0.0.0 from 10.1.0.1 file 'grubx64.efi' {60=PXEClient}",
            "0.0.0.0 from 10.1.0.1 file 'http://10.1.0.1/boot.ipxe' {60=PXEClient}",
            "0.0.0.0 from 10.1.0.1 file 'http://10.1.0.1/boot.ipxe' {60=PXEClient}",
            "none",
            "none");
  }

  @Test
  void besideAnotherServerTheBootServerTellsTheLoader() throws Exception {
    assertThat(
            ask(
                besideAnotherServer(),
                "pxe",
                N1 + ",,0,,PXEClient:Arch:00000:UNDI:002001,",
                N2 + ",,7,,PXEClient:Arch:00007:UNDI:003000,",
                V1 + ",,11,,PXEClient,",
                STRANGER + ",,7,,PXEClient,"))
        .containsExactly(
            "10.1.0.2 from 10.1.0.1 file 'pxelinux.0' {60=PXEClient}",
            "0.0.0.0 from 10.1.0.1 file 'shimx64.efi' {60=PXEClient}",
            "0.0.0.0 from 10.1.0.1 file 'ipxe-arm64.efi' {60=PXEClient}",
            "none");
  }

  private static Cluster besideAnotherServer() {
    return Clusters.withDhcp(Clusters.twoNetworks(), DhcpServer.DNSMASQ, true);
  }

  private List<String> ask(Cluster cluster, String way, String... questions) throws Exception {
    List<String> server =
        switch (cluster.master().dhcp()) {
          case ISC ->
              List.of(
                  "dhcpd",
                  "-f",
                  "-cf",
                  "/etc/dhcp/dhcpd.conf",
                  "-lf",
                  "/t/leases",
                  "-pf",
                  "/t/pid");
          case KEA -> List.of("kea-dhcp4", "-c", "/etc/kea/kea-dhcp4.conf");
          case DNSMASQ ->
              List.of(
                  "dnsmasq",
                  "-k",
                  "-C",
                  "/etc/dnsmasq.d/diskless.conf",
                  "--user=root",
                  "--log-facility=-");
        };
    Shell.assumeInstalled(server.get(0));
    Layer master = Rendered.shipped(cluster).master();
    for (var entry : master.entries()) {
      if (entry.isFile()) {
        root.write(entry.path().toString().substring(1), Rendered.text(entry));
      }
    }
    root.write("t/serve.sh", resource("serve.sh"));
    root.write("t/DhcpQuestions.java", resource("DhcpQuestions.java"));
    List<String> command =
        new ArrayList<>(List.of("unshare", "--net", "sh", "/t/serve.sh", JAVA, way));
    command.addAll(List.of(questions));
    command.add("--");
    command.addAll(server);
    PrivateRoot.Outcome outcome = root.run(command.toArray(String[]::new));
    Assumptions.assumeFalse(
        outcome.output().contains("no veth"),
        () -> "SKIPPED: this kernel makes no veth, so nobody can be asked: " + outcome.output());
    List<String> answers =
        outcome
            .output()
            .lines()
            .filter(l -> l.startsWith("answer: "))
            .map(l -> l.substring("answer: ".length()))
            .toList();
    assertThat(answers).as(outcome.output()).hasSize(questions.length);
    return answers;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = DhcpAnswersTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
