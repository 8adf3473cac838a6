package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The programs themselves, with files of a release that is not served yet. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "SKIPPED: the programs are those of Linux")
@RequiresRoot("creating a mount namespace")
class HostChecksTest {

  @TempDir Path folder;
  private final List<String> said = new ArrayList<>();
  private MasterHost host;

  @BeforeEach
  void asRoot() throws IOException {
    host = new MasterHost(Files.createDirectory(folder.resolve("root")), "/srv/diskless", "lab");
  }

  private List<Problem> check(String path, String text) throws IOException {
    Path file = host.release("1.0").resolve("master/" + path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return new HostChecks(host, said::add).run("1.0");
  }

  private static String kea(String interfaceName) {
    return """
        { "Dhcp4": {
          "interfaces-config": { "interfaces": [ "%s" ] },
          "lease-database": { "type": "memfile" },
          "subnet4": [ { "id": 1, "subnet": "192.0.2.0/24" } ]
        } }
        """
        .formatted(interfaceName);
  }

  /** It refuses a configuration for an interface that it does not see. */
  @RequiresProgram("kea-dhcp4")
  @Test
  void keaSeesTheInterfacesOfTheMaster() throws IOException {
    Optional<String> card =
        NetworkInterface.networkInterfaces()
            .map(NetworkInterface::getName)
            .filter(n -> !n.equals("lo"))
            .findFirst();
    assumeTrue(card.isPresent(), "NOT TESTED: this machine has no interface but lo");
    assertThat(check("etc/kea/kea-dhcp4.conf", kea(card.get()))).isEmpty();
    assertThat(said).containsExactly("checked with kea-dhcp4 -t /etc/kea/kea-dhcp4.conf");
    assertThatThrownBy(() -> check("etc/kea/kea-dhcp4.conf", kea("none0")))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("none0");
  }

  @RequiresProgram("rsyslogd")
  @Test
  void rsyslogdReadsTheWholeOfItsConfiguration() throws IOException {
    assertThat(check("etc/rsyslog.d/diskless.conf", "*.* /var/log/all\n")).isEmpty();
    assertThat(said).containsExactly("checked with rsyslogd -N1");
    assertThatThrownBy(() -> check("etc/rsyslog.d/diskless.conf", "module(load=\"none\")\n"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("rsyslogd -N1 rejects the files of release 1.0");
  }
}
