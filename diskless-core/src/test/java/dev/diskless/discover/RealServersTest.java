package dev.diskless.discover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.DhcpServer;
import dev.diskless.template.Rendered;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.PrivateRoot;
import dev.diskless.testing.RequiresPrivateRoot;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lets the real servers, with what is rendered for them, log and lease to machines, and reads that.
 * Each has a network of its own that nothing leaves.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "SKIPPED: the programs are those of Linux")
@RequiresPrivateRoot
@RequiresProgram({"ip", "nsenter"})
class RealServersTest {

  private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java") + "";

  /** Asks only, as firmware does that is offered nothing to boot. */
  private static final String FIRMWARE = "52:54:00:00:09:09";

  private static final String LEASED = "52:54:00:00:09:0a";
  private static final String BOTH = "52:54:00:00:09:0b";
  private static final String NODE = "52:54:00:00:01:01";

  @TempDir Path folder;
  private PrivateRoot root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = new PrivateRoot(folder);
  }

  @Test
  void iscDhcpd() throws Exception {
    Found found =
        serve(
            DhcpServer.ISC,
            "/var/lib/dhcp/dhcpd.leases",
            "dhcpd",
            "-d",
            "-f",
            "-cf",
            "/etc/dhcp/dhcpd.conf",
            "-lf",
            "/var/lib/dhcp/dhcpd.leases",
            "-pf",
            "/t/pid");

    assertThat(found.leases).extracting(Machine::mac).containsExactly(LEASED, BOTH);
    assertThat(found.leases.get(0).architecture()).isEmpty();
    assertThat(found.leases.get(1).architecture()).contains(11);
    assertPooled(found.leases);
    // The statement of the shipped dhcpd.conf, for its log has no other word of option 93.
    assertThat(found.logged).extracting(Machine::mac).containsExactly(FIRMWARE, LEASED, BOTH);
    assertThat(found.logged.get(0).architecture()).contains(7);
    assertThat(found.logged.get(2).architectureName()).contains("ARM 64-bit UEFI");
    assertPooled(found.logged);
  }

  @Test
  void kea() throws Exception {
    Found found =
        serve(
            DhcpServer.KEA,
            "/var/lib/kea/kea-leases4.csv",
            "kea-dhcp4",
            "-c",
            "/etc/kea/kea-dhcp4.conf");

    assertThat(found.leases).extracting(Machine::mac).containsExactly(LEASED, BOTH);
    assertPooled(found.leases);
    assertRecent(found.leases);
    assertThat(found.logged).extracting(Machine::mac).containsExactly(FIRMWARE, LEASED, BOTH);
    assertPooled(found.logged);
    assertRecent(found.logged);
  }

  @Test
  void dnsmasq() throws Exception {
    Found found =
        serve(
            DhcpServer.DNSMASQ,
            "/var/lib/misc/dnsmasq.leases",
            "dnsmasq",
            "-k",
            "-C",
            "/etc/dnsmasq.d/diskless.conf",
            "--user=root",
            "--log-facility=-");

    assertThat(found.leases).extracting(Machine::mac).containsExactlyInAnyOrder(LEASED, BOTH);
    assertPooled(found.leases);
    assertThat(found.logged).extracting(Machine::mac).containsExactly(FIRMWARE, LEASED, BOTH);
    assertPooled(found.logged);
  }

  @Test
  void dnsmasqThatLogsOptions() throws Exception {
    Found found =
        serve(
            DhcpServer.DNSMASQ,
            "/var/lib/misc/dnsmasq.leases",
            "dnsmasq",
            "-k",
            "-C",
            "/etc/dnsmasq.d/diskless.conf",
            "--user=root",
            "--log-facility=-",
            "--log-dhcp");

    assertThat(found.logged).extracting(Machine::mac).containsExactly(FIRMWARE, LEASED, BOTH);
    assertThat(found.logged)
        .extracting(Machine::architecture)
        .containsExactly(Optional.of(7), Optional.empty(), Optional.of(11));
  }

  private static void assertPooled(List<Machine> machines) {
    assertThat(machines)
        .allSatisfy(m -> assertThat(m.address().orElseThrow()).matches("10\\.1\\.0\\.2[012]\\d"));
  }

  private static void assertRecent(List<Machine> machines) {
    Instant now = Instant.now();
    assertThat(machines)
        .allSatisfy(
            m ->
                assertThat(m.last().orElseThrow())
                    .isBetween(now.minus(Duration.ofMinutes(5)), now.plusSeconds(5)));
  }

  /** What the lease file tells, and what the log does. */
  private record Found(List<Machine> leases, List<Machine> logged) {}

  private Found serve(DhcpServer dhcp, String leases, String... server) throws Exception {
    Shell.assumeInstalled(server[0]);
    Cluster cluster = Clusters.withDhcp(Clusters.twoNetworks(), dhcp, false);
    for (var entry : Rendered.shipped(cluster).master().entries()) {
      if (entry.isFile()) {
        root.write(entry.path().toString().substring(1), Rendered.text(entry));
      }
    }
    root.write("t/serve.sh", resource("serve.sh"));
    root.write("t/DhcpMachines.java", resource("DhcpMachines.java"));
    List<String> command =
        new ArrayList<>(List.of("unshare", "--net", "sh", "/t/serve.sh", JAVA, leases));
    command.add(FIRMWARE + ",7,PXEClient:Arch:00007:UNDI:003016,discover");
    command.add(LEASED + ",,,request");
    command.add(NODE + ",0,PXEClient:Arch:00000:UNDI:002001,discover");
    command.add(BOTH + ",11,PXEClient:Arch:00011:UNDI:003000,request");
    command.add("--");
    command.addAll(List.of(server));
    PrivateRoot.Outcome outcome = root.run(command.toArray(String[]::new));
    Assumptions.assumeFalse(
        outcome.output().contains("no veth"),
        () -> "SKIPPED: this kernel makes no veth, so nobody can ask: " + outcome.output());
    String output = outcome.output();
    assertThat(output).contains("=== log\n", "=== leases\n").doesNotContain("offered: nothing");
    String log = output.substring(output.indexOf("=== log\n"), output.indexOf("=== leases\n"));
    String leased = output.substring(output.indexOf("=== leases\n") + "=== leases\n".length());
    Path withLeases = folder.resolve("leases");
    write(withLeases.resolve(leases.substring(1)), leased);
    Path withLog = folder.resolve("log");
    if (dhcp == DhcpServer.KEA) {
      write(withLog.resolve("var/log/kea/kea-dhcp4.log"), log);
    } else {
      // To standard error the programs write what they give syslog, which adds the rest.
      StringBuilder syslog = new StringBuilder();
      log.lines()
          .skip(1)
          .map(l -> dhcp == DhcpServer.ISC ? "dhcpd[7]: " + l : l)
          .forEach(l -> syslog.append("2026-11-23T15:36:20.943+00:00 master " + l + "\n"));
      write(withLog.resolve("var/log/syslog"), syslog.toString());
    }
    return new Found(read(cluster, withLeases), read(cluster, withLog));
  }

  private static List<Machine> read(Cluster cluster, Path root) throws IOException {
    try (Follower follower = new Follower(root, Optional.empty(), ZoneId.systemDefault())) {
      MachineTraces machines = new MachineTraces();
      machines.add(follower.poll());
      return machines.without(MachineTraces.macs(cluster), Vendors.below(root));
    }
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = RealServersTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
