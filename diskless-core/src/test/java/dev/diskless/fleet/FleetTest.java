package dev.diskless.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.host.Progress;
import dev.diskless.master.MasterHost;
import dev.diskless.model.Node;
import dev.diskless.model.RootMode;
import dev.diskless.problem.Problem;
import dev.diskless.ssh.SshServer;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import java.io.IOException;
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
@RequiresRoot("sshd")
@RequiresProgram("sshd")
class FleetTest {

  @TempDir private Path folder;
  private SshServer server;
  private Fleet fleet;

  private static Node target(String name, String address, String root) {
    return Clusters.node(name, address, root.equals("full") ? RootMode.FULL : RootMode.OVERLAY);
  }

  private final Node one = target("n1", "127.0.0.1", "overlay");
  private final Node two = target("n2", "127.0.0.2", "full");

  /** Nobody listens there. */
  private final Node away = target("n3", "127.0.1.3", "full");

  @BeforeEach
  void startSshd() throws IOException, InterruptedException {
    server = SshServer.start(folder);
    fleet = new Fleet(server.library(Duration.ofSeconds(20)), 8, Progress.SILENT);
  }

  @AfterEach
  void stopSshd() {
    if (server != null) {
      server.close();
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
  void whatCameIsToldByWhatItMeans() throws IOException {
    Fleet hurried = new Fleet(server.library(Duration.ofSeconds(2)), 8, Progress.SILENT);

    assertThat(fleet.run(List.of(one), "exit 3", Optional.empty()).failures())
        .extracting(Problem::message)
        .containsExactly("n1: exit status 3");
    assertThat(fleet.run(List.of(one, two), "kill -9 $$", Optional.empty()).failures())
        .extracting(Problem::message)
        .containsExactly(
            "n[1-2]: no exit status: a signal ended the command, or the" + " connection was lost");
    assertThat(hurried.run(List.of(two), "sleep 60", Optional.empty()).failures())
        .extracting(Problem::message)
        .containsExactly("n2: the time limit has passed");
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
        .startsWith("n3: not reached; copied to its tree ");
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
        .hasMessageContaining("etc: is a symbolic link, not a directory");
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
        .hasMessageContaining("\"etc\" is not an absolute path on a node");
    assertThatThrownBy(() -> new Copy(folder.resolve("nothing"), "/etc"))
        .hasMessageContaining("nothing does not exist");
  }
}
