package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.model.Access;
import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.model.RootMode;
import dev.diskless.problem.ProblemException;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresProgram("sh")
class CheckScriptsTest {

  @TempDir private Path folder;

  private final Cluster cluster = Clusters.labWithEveryRoot();

  @Test
  void theShellTakesThem() throws Exception {
    for (Node node : cluster.nodes()) {
      for (Map.Entry<String, String> script : CheckScripts.of(cluster, node).entrySet()) {
        Path file = Files.writeString(folder.resolve(script.getKey()), script.getValue());
        Process shell =
            new ProcessBuilder("sh", "-n", file.toString()).redirectErrorStream(true).start();
        String said = new String(shell.getInputStream().readAllBytes());

        assertThat(shell.waitFor()).as("%s: %s", script.getKey(), said).isZero();
      }
    }
  }

  @Test
  void everyPromiseOfTheDescriptorIsAskedFor() throws Exception {
    Map<String, String> full = CheckScripts.of(cluster, cluster.nodes().get(0));

    assertThat(full.keySet())
        .containsExactly(
            "host-name",
            "address",
            "release",
            "root",
            "mount-home",
            "names",
            "members",
            "clock",
            "units");
    assertThat(full.get("root"))
        .contains("192.168.45.1:/srv/diskless/lab/releases/1.0/192.168.45.45");
    assertThat(full.get("root"))
        .contains("other='192.168.45.1:/srv/diskless/lab/releases/1.0/192.168.45.47'");
    assertThat(full.get("mount-home")).contains(",rw,", "192.168.45.1:/home");
    assertThat(full.get("names"))
        .contains("192.168.45.1 master\n", "192.168.45.45 firstslave\n", "192.168.45.46 second\n");
  }

  @Test
  void stateIsLookedForWhereItIsMounted() throws Exception {
    Cluster keeping = Clusters.keeping();
    Map<String, String> scripts = CheckScripts.of(keeping, keeping.nodes().get(3));

    assertThat(scripts.keySet())
        .contains("state-var-lib-app", "state-etc-machine-info", "state-srv-data sets");
    assertThat(scripts.get("state-srv-data sets"))
        .contains("'192.168.45.1:/srv/diskless/lab/state/n4/paths/srv/data\\040sets'");
    // Here it is not mounted.
    assertThat(run(scripts.get("state-var-lib-app"))).isNotZero();
  }

  @ParameterizedTest
  @CsvSource({
    "nfsvers=4.2, 4.2, 0",
    "vers=4.2, 4.1, 1",
    "nfsvers=4, 4.2, 0",
    "nfsvers=4, 3, 1",
    "vers=3, 3, 0",
    "nfsvers=3, 4.2, 1"
  })
  void aMountIsOfTheVersionThatIsAskedFor(String option, String found, int code) throws Exception {
    Group group =
        Clusters.groupWith(
            "g",
            RootMode.OVERLAY,
            BootMethod.PXELINUX,
            List.of(Clusters.mount(folder.toString(), Access.READ_ONLY, option)));
    Node node = Clusters.node("n1", "52:54:00:00:00:01", "192.168.45.11", group);
    Path mounts = Files.writeString(folder.resolve("mounts"), mountLine(found));

    String script =
        CheckScripts.of(Clusters.of(List.of(group), List.of(node)), node)
            .get("mount" + folder.toString().replace('/', '-'));

    assertThat(run(script.replace("/proc/mounts", mounts.toString()))).isEqualTo(code);
  }

  private String mountLine(String version) {
    return "192.168.45.1:%s %s nfs ro,relatime,vers=%s,hard,mountvers=3 0 0\n"
        .formatted(folder, folder, version);
  }

  @Test
  void theClockCheckMeasures() throws Exception {
    String clock = CheckScripts.of(cluster, cluster.nodes().get(0)).get("clock");

    assertThat(run("now=$(date +%s)\n" + clock)).isZero();
    assertThat(run("now=$(($(date +%s) - 600))\n" + clock)).isNotZero();
    assertThat(run("now=$(($(date +%s) + 600))\n" + clock)).isNotZero();
  }

  /** A node that reboots says so, and a program of the test stands for ssh. */
  @Test
  void membersMayGoDownMeanwhile() throws Exception {
    Node node = cluster.nodes().get(0);
    String members = CheckScripts.of(cluster, node).get("members");
    String ssh =
        """
        uname() { echo firstslave; }
        ssh() {
            while [ $# -gt 3 ]; do shift; done
            case $1 in
                second) echo 'System is going down. See pam_nologin(8).' >&2; echo; echo second ;;
                third) echo 'Connection closed by 192.168.45.47 port 22' >&2; return 255 ;;
                *) echo "$1" ;;
            esac
        }
        """;

    assertThat(run(ssh + members)).isZero();
    assertThat(run(ssh.replace("echo second ;;", "echo third ;;") + members)).isOne();
    assertThat(run(ssh.replace("*) echo \"$1\"", "*) return 255") + members)).isOne();
  }

  @Test
  void theUsersOwnAreProgramsAndTheNearestOfANameCounts() throws Exception {
    Node node = cluster.nodes().get(0);
    check("all/script", "#!/bin/sh\n");
    check("all/near", "#!/bin/sh\n");
    Path nearest = check("nodes/%s/near".formatted(node.name()), "#!/bin/sh\n");
    Path binary = check("groups/%s/binary".formatted(node.group().name()), "\u007fELF");
    assertThat(binary.toFile().setExecutable(true)).isTrue();

    assertThat(MasterFiles.userChecks(folder, node)).containsOnlyKeys("script", "near", "binary");
    assertThat(MasterFiles.userChecks(folder, node)).containsEntry("near", nearest);

    Path notes = check("all/notes.txt", "see the wiki");
    assertThatThrownBy(() -> MasterFiles.userChecks(folder, node))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("the check %s is neither executable nor a script", notes);
  }

  private Path check(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static int run(String script) throws Exception {
    return new ProcessBuilder("sh", "-c", script)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
