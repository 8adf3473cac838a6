package dev.diskless.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.Shell;
import dev.diskless.problem.Problem;
import dev.diskless.progress.Progress;
import dev.diskless.release.MasterHost;
import dev.diskless.release.Ssh;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real sshd on this machine's loopback addresses, each of which stands for a node. */
class FleetTest {

  @TempDir private Path folder;
  private Process sshd;
  private Fleet fleet;

  private static Target target(String name, String address, String root) {
    return new Target(name, address, "g", List.of("g"), root);
  }

  private final Target one = target("n1", "127.0.0.1", "overlay");
  private final Target two = target("n2", "127.0.0.2", "full");

  /** Nobody listens there. */
  private final Target away = target("n3", "127.0.1.3", "full");

  @BeforeEach
  void startSshd() throws IOException, InterruptedException {
    assumeTrue(Shell.isRoot(), "NOT TESTED: sshd needs root; run the tests as root");
    assumeTrue(Shell.has("sshd"), "NOT TESTED: apt-get install openssh-server");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    assertThat(
            Shell.run(
                    folder,
                    "mkdir -p /run/sshd && ssh-keygen -q -t ed25519 -N '' -f host"
                        + " && ssh-keygen -q -t ed25519 -N '' -f key && cp key.pub allowed")
                .exit())
        .isZero();
    Files.writeString(
        folder.resolve("sshd.conf"),
        """
        ListenAddress 127.0.0.1:%1$d
        ListenAddress 127.0.0.2:%1$d
        HostKey %2$s/host
        AuthorizedKeysFile %2$s/allowed
        PermitRootLogin prohibit-password
        StrictModes no
        UsePAM no
        PidFile none
        """
            .formatted(port, folder));
    sshd =
        new ProcessBuilder(
                Shell.run(folder, "PATH=$PATH:/usr/sbin command -v sshd").output().strip(),
                "-D",
                "-e",
                "-f",
                folder.resolve("sshd.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    for (int i = 0; i < 50 && !answers(port); i++) {
      Thread.sleep(100);
    }
    Path ssh = folder.resolve("ssh");
    Files.writeString(ssh, "#!/bin/sh\nexec ssh -p %d -i %s/key \"$@\"\n".formatted(port, folder));
    Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwx------"));
    String key = Files.readString(folder.resolve("host.pub"));
    Files.writeString(
        folder.resolve("known_hosts"),
        "[127.0.0.1]:%1$d %2$s[127.0.0.2]:%1$d %2$s".formatted(port, key));
    fleet =
        new Fleet(
            new Ssh(ssh.toString(), Duration.ofSeconds(20), folder.resolve("known_hosts")),
            8,
            Progress.SILENT);
  }

  private static boolean answers(int port) {
    try (Socket connected = new Socket("127.0.0.1", port)) {
      return connected.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  @AfterEach
  void stopSshd() {
    if (sshd != null) {
      sshd.destroy();
    }
  }

  @Test
  void aCommandRunsOnEachNode() throws IOException {
    Answers answers =
        fleet.run(List.of(one, two, away), "echo hello; echo \"it's\" >&2", Optional.empty());

    assertThat(answers.gathered()).contains("n[1-2] (2)", "hello", "it's").doesNotContain("n3");
    assertThat(answers.failures())
        .singleElement()
        .extracting(Problem::message)
        .asString()
        .startsWith("n3: not reached: ");
  }

  @Test
  void itsExitStatusIsTold() throws IOException {
    assertThat(fleet.run(List.of(one), "exit 3", Optional.empty()).all())
        .singleElement()
        .isEqualTo(new Answer("n1", 3, List.of()));
  }

  @Test
  void anotherHostKeyIsRefused() throws IOException {
    Shell.run(
        folder,
        "ssh-keygen -q -t ed25519 -N '' -f other; sed -i \"s,AAAA.*,$(cut -d' ' -f2 other.pub),\" known_hosts");

    assertThat(fleet.run(List.of(one), "true", Optional.empty()).failures())
        .singleElement()
        .extracting(Problem::message)
        .asString()
        .startsWith("n1: not reached: ");
  }

  @Test
  void aFolderIsCopiedWithItsPermissions() throws IOException {
    Path source = Files.createDirectories(folder.resolve("conf d"));
    Files.writeString(source.resolve("a"), "text");
    Files.setPosixFilePermissions(
        source.resolve("a"), PosixFilePermissions.fromString("rwxr-x---"));
    Path target = folder.resolve("to/o'clock");

    assertThat(new Copy(source, target.toString()).to(List.of(one), fleet, Optional.empty()))
        .containsExactly("n1: over ssh");
    assertThat(target.resolve("conf d/a")).hasContent("text");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(target.resolve("conf d/a"))))
        .isEqualTo("rwxr-x---");
  }

  @Test
  void aNodeThatIsNotReachedGetsItInItsTree() throws IOException {
    MasterHost host = new MasterHost(folder, "/srv/diskless", "lab");
    Path tree = Files.createDirectories(host.release("1.0").resolve("127.0.1.3"));
    Files.createSymbolicLink(host.base().resolve("active"), Path.of("releases/1.0"));
    Path source = Files.writeString(folder.resolve("motd"), "hello");

    assertThat(new Copy(source, "/etc").to(List.of(away), fleet, Optional.of(host)))
        .singleElement()
        .asString()
        .startsWith("n3: not reached, so into its tree ");
    assertThat(tree.resolve("etc/motd")).hasContent("hello");
  }

  @Test
  void aLinkInATreeIsNotFollowed() throws IOException {
    MasterHost host = new MasterHost(folder, "/srv/diskless", "lab");
    Path tree = Files.createDirectories(host.release("1.0").resolve("127.0.1.3"));
    Files.createSymbolicLink(host.base().resolve("active"), Path.of("releases/1.0"));
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(tree.resolve("etc"), outside);
    Path source = Files.writeString(folder.resolve("motd"), "hello");

    assertThatThrownBy(() -> new Copy(source, "/etc").to(List.of(away), fleet, Optional.of(host)))
        .hasMessageContaining("is a link in the node's tree");
    assertThat(outside).isEmptyDirectory();
  }

  @Test
  void aNodeThatDoesNotGetItIsNamed() throws IOException {
    Path source = Files.writeString(folder.resolve("motd"), "hello");

    assertThatThrownBy(
            () ->
                new Copy(source, folder.resolve("to").toString())
                    .to(List.of(one, away), fleet, Optional.empty()))
        .hasMessageContaining("n3: not reached: ");
    assertThat(folder.resolve("to/motd")).hasContent("hello");
    assertThatThrownBy(() -> new Copy(source, "etc"))
        .hasMessageContaining("\"etc\" is no absolute path on a node");
    assertThatThrownBy(() -> new Copy(folder.resolve("nothing"), "/etc"))
        .hasMessageContaining("there is no ");
  }
}
