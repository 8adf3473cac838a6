package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.problem.ProblemException;
import dev.diskless.ssh.Ssh;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A master below a folder, whose nodes are a script in the place of ssh. */
@RequiresRoot("restoring owners")
class StatusTest {

  /** Two releases, which each test has a copy of. */
  @TempDir private static Path installed;

  @TempDir private Path folder;
  private Path root;
  private final List<String> said = new ArrayList<>();

  @BeforeAll
  static void install() throws IOException {
    Path master = Files.createDirectory(installed.resolve("root"));
    for (String version : List.of("1.0", "2.0")) {
      Path bundle = Versions.write(installed, version);
      Activation.run(new ActivationRequest(bundle, master, false, false, false), line -> {});
    }
  }

  @BeforeEach
  void copy() throws IOException {
    Shell.check(folder, "cp -a '" + installed + "/.' .");
    root = folder.resolve("root");
  }

  @Test
  void tellsOfReleasesAndNodes() throws IOException {
    Status status =
        status(
            """
            case "$*" in
                *root@192.168.45.45\\ *) printf 'VERSION="1.0"\\nUPTIME=3600.50\\n' ;;
                *) echo 'ssh: connect to host: No route to host' >&2; exit 255 ;;
            esac
            """);

    assertThat(status.releases())
        .extracting(ReleaseStatus::version, ReleaseStatus::active, ReleaseStatus::previous)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("1.0", false, true),
            org.assertj.core.groups.Tuple.tuple("2.0", true, false));
    NodeStatus first = status.nodes().get(0);
    assertThat(first.name()).isEqualTo("firstslave");
    assertThat(first.booted()).contains("1.0");
    assertThat(first.next()).contains("2.0");
    assertThat(first.state()).isEqualTo(NodeState.UP);
    assertThat(Duration.between(first.since().orElseThrow(), Instant.now()))
        .isBetween(Duration.ofSeconds(3599), Duration.ofSeconds(3660));
    assertThat(status.nodes().subList(1, status.nodes().size()))
        .isNotEmpty()
        .allMatch(n -> n.state() == NodeState.UNREACHABLE && n.booted().isEmpty());
    assertThat(status.table())
        .anyMatch(l -> l.matches("1\\.0 +previous +\\S+Z +\\d+\\.\\d +\\d+\\.\\d"))
        .anyMatch(l -> l.matches("firstslave +compute +full +1\\.0 +2\\.0 +\\S+Z +up"))
        .anyMatch(l -> l.contains("down or unreachable (ssh: connect to host: No route to host)"))
        .anyMatch(l -> l.endsWith("1 up, 1 of them with another release than the next boot uses"));
    assertThat(status.down())
        .hasSize(status.nodes().size() - 1)
        .allMatch(problem -> problem.isError())
        .noneMatch(problem -> problem.message().contains("firstslave"));
  }

  /** The answers of the other nodes stay readable. */
  @Test
  void anUnreadableAnswerConcernsOnlyItsNode() throws IOException {
    for (String answer :
        List.of(
            "printf \"VERSION='1.0'\\nUPTIME=" + "9".repeat(400) + "\\n\"",
            "printf \"VERSION='1.0'\\nUPTIME=" + "9".repeat(18) + "\\n\"",
            "printf \"VERSION='1.0'\\nUPTIME=\\n\"",
            "printf \"VERSION=%01000d\\nUPTIME=1\\n\" 1",
            "yes VERSION=1.0",
            "tr '\\0' V </dev/zero")) {
      Status status =
          status(
              """
              case "$*" in
                  *root@192.168.45.45\\ *) %s ;;
                  *) printf "VERSION='1.0'\\nUPTIME=3600.50\\n" ;;
              esac
              """
                  .formatted(answer));

      assertThat(status.nodes().get(0).state()).as(answer).isEqualTo(NodeState.SILENT);
      assertThat(status.nodes().get(0).booted()).isEmpty();
      assertThat(status.nodes().get(0).reason()).isNotEmpty().hasSizeLessThan(400);
      assertThat(status.nodes().subList(1, status.nodes().size()))
          .isNotEmpty()
          .allMatch(n -> n.state() == NodeState.UP && n.booted().equals(Optional.of("1.0")));
    }
  }

  @Test
  void aRefreshedNodeHasTwoReleases() throws IOException {
    Status status = status("printf 'VERSION=\"1.0\"\\nREFRESHED=2.0\\nUPTIME=1\\n'");

    assertThat(status.table()).anyMatch(line -> line.contains(" 1.0, refreshed to 2.0 "));
    assertThat(status.json()).contains("\"booted\" : \"1.0\"", "\"refreshed\" : \"2.0\"");
  }

  @Test
  void escapeSequencesOfANodeArePrintedVisibly() throws IOException {
    Status status = status("printf \"VERSION='\\033]0;x\\a'\\nUPTIME=1\\n\"");

    assertThat(status.table())
        .anyMatch(line -> line.contains("\\u001b]0;x\\u0007"))
        .noneMatch(line -> line.contains("\u001b"));
  }

  @Test
  void ofANodeThatWentItIsToldWhenItLastAnswered() throws IOException {
    Instant start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    NodeStatus up = status("printf \"VERSION='1.0'\\nUPTIME=3600.50\\n\"").nodes().get(0);
    Status gone = status("echo 'ssh: connect to host: No route to host' >&2; exit 255");

    assertThat(up.lastAnswer()).isEmpty();
    Instant last = gone.nodes().get(0).lastAnswer().orElseThrow();
    assertThat(last).isBetween(start, Instant.now());
    assertThat(gone.table())
        .anyMatch(l -> l.contains("down or unreachable, last answered " + last + " (ssh: "));
    assertThat(gone.json()).contains("\"lastAnswer\" : \"" + last + "\"");
  }

  @Test
  void aTimeThatIsNoneIsNoAnswer() throws IOException {
    Files.writeString(
        host().base().resolve("seen"), "firstslave\t1.0\t1\t2026-13-01T00:00:00Z\nhalf\t1");

    assertThat(status("exit 255").nodes()).allMatch(n -> n.lastAnswer().isEmpty());
  }

  @Test
  void aSwitchThatWasCutOffIsTold() throws IOException {
    assertThat(status("exit 255").table()).noneMatch(l -> l.contains("is not complete"));
    Path journal = Files.createDirectories(host().base().resolve("host/.switch"));
    Files.writeString(journal.resolve("to"), "2.0\n");

    Status status = status("exit 255");
    assertThat(status.table()).anyMatch(l -> l.startsWith("the switch to 2.0 is not complete, "));
    assertThat(status.json()).contains("\"unfinished\" : \"2.0\"");
  }

  @Test
  void jsonSaysTheSame() throws IOException {
    JsonNode json = JsonMapper.shared().readTree(status("exit 255").json());

    assertThat(json.path("cluster").asString()).isEqualTo("lab");
    assertThat(json.path("releases").get(1).path("active").asBoolean()).isTrue();
    assertThat(json.path("releases").get(1).path("bytesAlone").asLong()).isPositive();
    assertThat(json.path("nodes").get(0).path("state").asString()).isEqualTo("down or unreachable");
    assertThat(json.path("nodes").get(0).has("booted")).isFalse();
  }

  @Test
  void aNodeThatRefusesIsNotDown() throws IOException {
    assertThat(status("echo 'root@x: Permission denied (publickey).' >&2; exit 255").nodes())
        .allMatch(n -> n.state() == NodeState.SILENT);
    assertThat(status("echo nonsense; exit 1").nodes())
        .allMatch(n -> n.state() == NodeState.SILENT && n.booted().isEmpty());
  }

  @Test
  void aNodeThatHangsIsWaitedForNoLongerThanTheLimit() throws IOException {
    Instant start = Instant.now();
    Status status = status("sleep 60", Duration.ofSeconds(2));

    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(30));
    assertThat(status.nodes())
        .allMatch(n -> n.state() == NodeState.UNREACHABLE)
        .allMatch(n -> n.reason().equals("the time limit has passed"));
  }

  @Test
  void whatTheNfsServerKnowsIsUsed() throws IOException {
    Files.createDirectories(root.resolve("var/lib/nfs"));
    Files.writeString(
        root.resolve("var/lib/nfs/rmtab"),
        """
        192.168.45.45:/srv/diskless/lab/releases/1.0/192.168.45.45:0x00000001
        192.168.45.45:/home:0x00000001
        """);
    Files.createDirectories(root.resolve("proc/net"));
    Files.writeString(
        root.resolve("proc/net/tcp"),
        """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 00000000:0801 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
           1: 012DA8C0:0801 2D2DA8C0:0393 01 00000000:00000000 00:00000000 00000000     0        0 2 1
        """);
    NodeStatus node = status("exit 255").nodes().get(0);

    assertThat(node.mounted()).containsExactly("1.0");
    assertThat(node.state()).isEqualTo(NodeState.SILENT);
    assertThat(node.reason()).startsWith("it reads from the NFS server");
  }

  /** sshd(8) itself, as a node has it, but for the place of the file and the port. */
  @RequiresProgram("sshd")
  @Test
  void realSshIsAskedAndItsHostKeyHeldAgainstTheMastersOwn() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Shell.Result made =
        Shell.run(
            folder,
            """
            set -e
            chmod 755 .
            ssh-keygen -q -t ed25519 -N '' -f host
            ssh-keygen -q -t ed25519 -N '' -f user
            ssh-keygen -q -t ed25519 -N '' -f other
            printf "CLUSTER='lab'\nVERSION='2.0'\nNODE='firstslave'\n" >release
            printf '#!/bin/sh\neval "$(echo "$SSH_ORIGINAL_COMMAND" | sed "s,/etc/diskless-release,%1$s/release,")"\n' >answer
            chmod +x answer
            echo 'command="%1$s/answer"' "$(cat user.pub)" >authorized
            mkdir -p /run/sshd
            cat >config <<EOF
            Port %2$d
            ListenAddress 127.0.0.1
            HostKey %1$s/host
            AuthorizedKeysFile %1$s/authorized
            PidFile %1$s/pid
            StrictModes no
            UsePAM yes
            PermitRootLogin prohibit-password
            PasswordAuthentication no
            EOF
            PATH=$PATH:/usr/sbin
            $(command -v sshd) -f config -E sshd.log
            """
                .formatted(folder, port));
    assertThat(made.exit()).as(made.output()).isZero();
    try {
      String real =
          "exec ssh -F none -p " + port + " -i %s -o IdentitiesOnly=yes -o HostName=127.0.0.1";
      String user = real.formatted(folder.resolve("user"));
      Path known = root.resolve(Versions.BASE + "/state/known_hosts");
      Files.createDirectories(known.getParent());
      Files.writeString(known, "192.168.45.45 " + Files.readString(folder.resolve("host.pub")));

      String alias = " -o HostKeyAlias=192.168.45.45 \"$@\"";
      NodeStatus node = status(user + alias).nodes().get(0);
      assertThat(node.reason()).as(Files.readString(folder.resolve("sshd.log"))).isEmpty();
      assertThat(node.booted()).contains("2.0");
      assertThat(node.state()).isEqualTo(NodeState.UP);
      assertThat(node.since().orElseThrow()).isBefore(Instant.now());

      node = status(real.formatted(folder.resolve("other")) + alias).nodes().get(0);
      assertThat(node.state()).isEqualTo(NodeState.SILENT);
      assertThat(node.reason()).contains("Permission denied");

      Files.writeString(known, "192.168.45.45 " + Files.readString(folder.resolve("other.pub")));
      node = status(user + alias).nodes().get(0);
      assertThat(node.state()).isEqualTo(NodeState.SILENT);
      assertThat(node.reason()).contains("verification failed");
      assertThat(node.booted()).isEmpty();
    } finally {
      Shell.run(folder, "kill $(cat pid)");
    }
    // Nobody listens there any more.
    Files.delete(root.resolve(Versions.BASE + "/state/known_hosts"));
    assertThat(
            status("exec ssh -F none -p " + port + " -o HostName=127.0.0.1 \"$@\"")
                .nodes()
                .get(0)
                .reason())
        .contains("Connection refused");
  }

  @Test
  void nobodyIsAskedUnlessWanted() throws IOException {
    Status status = Status.of(host(), new StatusRequest(Optional.empty(), false), said::add);

    assertThat(status.nodes()).allMatch(n -> n.state() == NodeState.NOT_ASKED);
    assertThat(status.releases()).allMatch(r -> r.size().isEmpty());
  }

  @Test
  void withoutReleasesThatIsSaid() {
    assertThatThrownBy(
            () ->
                Status.of(
                    new MasterHost(folder, "/none", "lab"),
                    new StatusRequest(Optional.empty(), true),
                    said::add))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("no release of lab is installed in");
  }

  @Test
  void sizesAreThoseOfDu() throws IOException {
    Path releases = root.resolve(Versions.BASE + "/releases");
    Status status = status("exit 255");
    // du counts a file with several names once in a run: of two releases, the second only has what
    // the first has not.
    List<String> du =
        Shell.run(releases, "du -s -B1 1.0 2.0; du -s -B1 2.0 1.0").output().lines().toList();

    assertThat(status.releases())
        .extracting(r -> r.size().orElseThrow())
        .containsExactly(
            new ReleaseSize(bytes(du.get(0)), bytes(du.get(3))),
            new ReleaseSize(bytes(du.get(2)), bytes(du.get(1))));
    String script =
        "python3 %s/2.0/META-INF/diskless/install --destdir %s --status".formatted(releases, root);
    assertThat(Shell.run(folder, script).output())
        .isEqualTo(
            "1.0\tprevious\t%s\t%s\n2.0\tactive\t%s\t%s\n"
                .formatted(bytes(du.get(0)), bytes(du.get(3)), bytes(du.get(2)), bytes(du.get(1))));
  }

  private static long bytes(String line) {
    return Long.parseLong(line.split("\t")[0]);
  }

  /** With all the time that a busy machine may need. */
  private Status status(String answers) throws IOException {
    return status(answers, Duration.ofSeconds(40));
  }

  private Status status(String answers, Duration limit) throws IOException {
    Path program = folder.resolve("ssh");
    Files.writeString(program, "#!/bin/sh\n" + answers);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Ssh ssh = Ssh.program(program.toString(), limit, host().keys());
    return Status.of(host(), new StatusRequest(Optional.of(ssh), true), said::add);
  }

  private MasterHost host() {
    return new MasterHost(root, MasterHost.DIRECTORY, "lab");
  }
}
