package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.model.DhcpServer;
import dev.diskless.model.Master;
import dev.diskless.model.NameServer;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.Clusters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreflightTest {

  private static final String HEAD = "  sl  local_address rem_address   st\n";

  @TempDir private Path folder;
  private Path root;
  private MasterNeeds needs;

  @BeforeEach
  void packageABundle() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    needs = MasterNeeds.ofBundle(Versions.write(folder, "1.0"), Optional.empty());
  }

  @Test
  void aBundleTellsWhatItNeeds() {
    assertThat(needs.services()).contains(Service.NFS, Service.ISC_DHCP);
    assertThat(needs.master().address()).hasToString("192.168.45.1");
    assertThat(needs.master().directory()).isEqualTo("/srv/diskless");
    assertThat(needs.bytes()).isPositive();
  }

  @Test
  void aBundleTellsWhatItsInstallationRuns() throws IOException {
    assertThat(needs.tools().keySet()).containsExactly("python3", "tar", "zstd", "ssh-keygen");
    Path everyRoot = Versions.write(folder, "2.0", Clusters.labWithEveryRoot(), List.of());

    assertThat(MasterNeeds.ofBundle(everyRoot, Optional.empty()).tools())
        .containsEntry("mksquashfs", "squashfs-tools");
  }

  @Test
  void anEmptyMachineLacksEverythingAndHearsOfItAtOnce() throws IOException {
    assertThat(look())
        .contains(
            "dhcpd is missing; apt-get install isc-dhcp-server",
            "exportfs is missing; apt-get install nfs-kernel-server",
            "zstd is missing; apt-get install zstd")
        .anyMatch(line -> line.startsWith("the running kernel has no NFS server"));
  }

  @Test
  void aMachineWithEverythingIsWell() throws IOException {
    complete();

    Preflight found = Preflight.of(needs, root, Optional.empty(), false);

    assertThat(found.problems()).isEmpty();
    assertThat(found.well())
        .contains(
            "dhcpd is installed",
            "udp port 67 is free for isc-dhcp-server",
            "the kernel has an NFS server")
        .anyMatch(line -> line.contains("MB are free for " + root + "/srv/diskless"));
  }

  @Test
  void aBootDirectoryOfSomebodyElseIsAnError() throws IOException {
    complete();
    Path boot = Files.createDirectory(root.resolve("tftpboot"));

    assertThat(look())
        .contains(
            boot + " exists and is not a link to a release; mv " + boot + " " + boot + ".old");

    Files.delete(boot);
    Files.createSymbolicLink(boot, Path.of("srv/diskless/lab/active"));
    assertThat(look()).isEmpty();
  }

  @Test
  void aPortOfAnotherProgramIsNamedWithIt() throws IOException {
    complete();
    listens("udp", "00000000:0043", "07", 77, "dnsmasq");
    listens("tcp", "0100007F:0801", "0A", 78, "elsewhere");

    assertThat(look())
        .containsExactly(
            "udp port 67, which isc-dhcp-server needs, is taken by dnsmasq; stop the service of"
                + " dnsmasq, and disable it");
  }

  @Test
  void aServerOfNamesAloneNeedsNoPortOfDhcp() throws IOException {
    needs =
        new MasterNeeds(
            new Master(
                needs.master().name(),
                needs.master().address(),
                needs.master().interfaceName(),
                DhcpServer.ISC,
                false,
                dev.diskless.model.NfsServer.KERNEL,
                NameServer.DNSMASQ,
                needs.master().directory()),
            needs.address6(),
            List.of(Service.ISC_DHCP, Service.DNSMASQ),
            needs.tools(),
            needs.bytes(),
            needs.served());
    complete();
    listens("udp", "012DA8C0:0043", "07", 77, "dhcpd");
    assertThat(look()).isEmpty();

    listens("tcp", "00000000:0035", "0A", 78, "named");
    assertThat(look())
        .containsExactly(
            "tcp port 53, which dnsmasq needs, is taken by named; stop the service of named, and"
                + " disable it");
  }

  @Test
  void thePortsOfTheServersThemselvesAreTheirs() throws IOException {
    complete();
    listens("udp", "012DA8C0:0043", "07", 77, "dhcpd");
    // The kernel's own: no process has it.
    Files.writeString(root.resolve("proc/net/tcp"), HEAD + line("00000000:0801", "0A", 99) + "\n");

    assertThat(look()).isEmpty();
    assertThat(Preflight.of(needs, root, Optional.empty(), false).well())
        .contains("udp port 67 is that of isc-dhcp-server", "tcp port 2049 is that of nfs-server");
  }

  @Test
  void theActiveReleaseIsAskedWhereThereIsNoBundle() throws IOException {
    MasterHost host = new MasterHost(root, MasterHost.DIRECTORY, "lab");

    assertThatThrownBy(() -> MasterNeeds.ofActive(host))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("no release of lab is active");
  }

  @Test
  void fileSystemsAreCheckedOnTheMasterAndNotBelowAnotherRoot() throws IOException {
    Path master = Path.of("/");
    List<Problem> shared =
        new SharedFileSystems(master, MountTable.ofThisMachine()).problems(needs.served(), false);

    assertThat(Preflight.of(needs, master, Optional.empty(), false).problems()).containsAll(shared);
    assertThat(Preflight.of(needs, master, Optional.empty(), true).problems())
        .noneMatch(p -> p.isError() && p.toString().contains("acceptSharedFileSystem"));
    assertThat(look()).noneMatch(line -> line.contains("file system"));
  }

  private List<String> look() throws IOException {
    return Preflight.of(needs, root, Optional.empty(), false).problems().stream()
        .map(Problem::toString)
        .toList();
  }

  private void complete() throws IOException {
    Path programs = Files.createDirectories(root.resolve("usr/sbin"));
    for (String program : needs.tools().keySet()) {
      install(programs, program);
    }
    for (Service service : needs.services()) {
      install(programs, service.program());
    }
    Files.createDirectories(root.resolve("proc/net"));
    Files.writeString(root.resolve("proc/filesystems"), "nodev\tsysfs\nnodev\tnfsd\n");
  }

  private static void install(Path programs, String name) throws IOException {
    Path program = programs.resolve(name);
    if (!Files.exists(program)) {
      Files.createFile(program);
      program.toFile().setExecutable(true);
    }
  }

  private static String line(String local, String state, int inode) {
    return "  1: %s 00000000:0000 %s 00000000:00000000 00:00000000 00000000     0        0 %d 2"
        .formatted(local, state, inode);
  }

  private void listens(String table, String local, String state, int inode, String program)
      throws IOException {
    Files.writeString(root.resolve("proc/net").resolve(table), HEAD + line(local, state, inode));
    Path process = root.resolve("proc/" + inode);
    Files.createDirectories(process.resolve("fd"));
    Files.writeString(process.resolve("comm"), program + "\n");
    Files.createSymbolicLink(process.resolve("fd/3"), Path.of("socket:[" + inode + "]"));
  }
}
