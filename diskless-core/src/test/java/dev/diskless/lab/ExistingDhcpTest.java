package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExistingDhcpTest {

  private final Cluster cluster = Clusters.lab();
  private final ExistingDhcp server = ExistingDhcp.of(cluster);

  @Test
  void itGivesAddressesAndNothingToBoot() {
    assertThat(server.configuration())
        .contains(
            "host firstslave { hardware ethernet 68:00:10:37:09:83; fixed-address 192.168.45.45; }")
        .doesNotContain("filename", "root-path");
    // GRUB, which only UEFI starts, needs a server; nobody else hears of one.
    assertThat(server.configuration())
        .containsOnlyOnce("next-server")
        .contains(
            """
            if exists architecture and not (option architecture = 0) {
              next-server 192.168.45.1;
            }
            """);
  }

  @Test
  void itsAddressIsNobodysElse() {
    assertThat(cluster.networks().get(0).contains(server.address())).isTrue();
    assertThat(server.address()).isNotEqualTo(cluster.master().address());
    assertThat(cluster.networks().get(0).pool().filter(p -> p.contains(server.address())))
        .isEmpty();
    assertThat(cluster.nodes()).noneMatch(n -> n.address().equals(server.address()));
  }

  @RequiresProgram("dhcpd")
  @Test
  void dhcpdTakesIt(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("dhcpd.conf"), server.configuration());
    Path leases = Files.createFile(folder.resolve("leases"));
    Process process =
        new ProcessBuilder(
                Shell.path("dhcpd"), "-4", "-t", "-cf", file.toString(), "-lf", leases.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());

    assertThat(process.waitFor()).as(said).isZero();
  }
}
