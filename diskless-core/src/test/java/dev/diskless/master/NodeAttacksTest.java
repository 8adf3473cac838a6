package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.diskless.fleet.Copy;
import dev.diskless.fleet.Fleet;
import dev.diskless.host.Progress;
import dev.diskless.model.RootMode;
import dev.diskless.problem.ProblemException;
import dev.diskless.ssh.Ssh;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What root on a node plants in the node's tree, against every goal that reads or writes the tree.
 */
@RequiresRoot("restoring owners")
class NodeAttacksTest {

  /** A goal that waits longer than this hangs. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final String ADDRESS = "192.168.45.45";

  /** Shell commands that make a hostile entry, whose path is {@code $1}. */
  private static final List<String> HOSTILE =
      List.of(
          "ln -s \"$OUTSIDE\" \"$1\"",
          "ln -s \"$OUTSIDE/secret\" \"$1\"",
          "ln -s \"$OUTSIDE/missing\" \"$1\"",
          "ln -s ../../../../../../../../../../../../../..\"$OUTSIDE\" \"$1\"",
          "ln -s ${1##*/} \"$1\"",
          "mkfifo \"$1\"",
          "mknod \"$1\" c 1 5",
          "mknod \"$1\" b 7 200",
          "python3 -c 'import os, socket, sys; os.chdir(os.path.dirname(sys.argv[1])); "
              + "socket.socket(socket.AF_UNIX).bind(os.path.basename(sys.argv[1]))' \"$1\"");

  @TempDir private static Path folder;
  private static Path installed;
  private Path root;
  private Path tree;
  private Path outside;
  private static Path ssh;

  @BeforeAll
  static void install() throws IOException {
    installed = folder.resolve("installed");
    for (String version : List.of("1.0", "2.0", "3.0")) {
      Activation.run(
          new ActivationRequest(
              Versions.write(folder, version),
              Files.createDirectories(installed),
              false,
              false,
              false),
          Progress.SILENT);
    }
    ssh = Files.writeString(folder.resolve("ssh"), "#!/bin/sh\nexit 255\n");
    assertThat(ssh.toFile().setExecutable(true)).isTrue();
  }

  @BeforeEach
  void copy() throws IOException {
    root = folder.resolve("root");
    outside = folder.resolve("outside");
    Shell.check(
        folder,
        "cp -a installed root && mkdir outside && printf su >outside/secret && chmod 4755"
            + " outside/secret");
    tree = host().release("3.0").resolve(ADDRESS);
    Shell.check(tree, "mkdir -p etc/ssh/deep var");
  }

  @AfterEach
  void remove() throws IOException {
    Shell.check(folder, "rm -rf root outside");
  }

  /** Push writes below the component, so that the component must be a directory. */
  @ParameterizedTest
  @ValueSource(strings = {"etc", "etc/ssh", "etc/ssh/deep", "usr/bin/su"})
  void pushWritesNothingOutside(String component) throws IOException {
    for (String hostile : HOSTILE) {
      plant(component, hostile, tree);

      assertThatThrownBy(
              () -> assertTimeoutPreemptively(LONGEST, () -> push("/" + component + "/sub")))
          .as(hostile)
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining(component + ": is a ")
          .hasMessageContaining(", not a directory");

      outsideIsUntouched();
    }
    assertThat(stages()).isEmpty();
  }

  /** The last component of what is pushed is replaced, whatever it was. */
  @ParameterizedTest
  @ValueSource(strings = {"etc", "etc/ssh/deep", "usr/bin/su"})
  void pushReplacesWhatHasTheName(String target) throws IOException {
    int slash = target.lastIndexOf('/');
    Path source = Files.createDirectories(root.resolve("source"));
    for (boolean isFolder : new boolean[] {false, true}) {
      Path pushed = source.resolve(target.substring(slash + 1));
      Shell.check(source, "rm -rf ./*");
      Path file = isFolder ? Files.createDirectory(pushed).resolve("secret") : pushed;
      Files.writeString(file, "of the master's user");
      for (String hostile : HOSTILE) {
        plant(target, hostile, tree);

        assertTimeoutPreemptively(
            LONGEST, () -> push(pushed, slash < 0 ? "/" : "/" + target.substring(0, slash)));

        Path placed = tree.resolve(target);
        assertThat(Files.isSymbolicLink(placed)).as(hostile).isFalse();
        assertThat(isFolder ? placed.resolve("secret") : placed)
            .isRegularFile()
            .hasContent("of the master's user");
        outsideIsUntouched();
      }
    }
  }

  /** Each round plants another kind at each component. */
  @ParameterizedTest
  @ValueSource(strings = {"etc", "etc/version usr/bin/su opt boot var/x"})
  void driftAndStatusReadNothingOutside(String components) throws IOException {
    for (int round = 0; round < HOSTILE.size(); round++) {
      int kind = round;
      for (String component : components.split(" ")) {
        plant(component, HOSTILE.get(kind++ % HOSTILE.size()), tree);
      }

      Drift drift =
          assertTimeoutPreemptively(
              LONGEST, () -> Drift.of(host(), List.of("3.0"), Drift.IGNORED, true));
      assertThat(drift.nodes())
          .filteredOn(n -> n.address().equals(ADDRESS))
          .flatExtracting(NodeDrift::changes)
          .extracting(Change::path)
          .as("round %d", round)
          .contains(("/" + components.replace(" ", " /").replace("/x", "")).split(" "));
      Status status =
          assertTimeoutPreemptively(
              LONGEST,
              () -> Status.of(host(), new StatusRequest(Optional.empty(), true), Progress.SILENT));
      assertThat(status.releases()).hasSize(3).allMatch(r -> r.size().isPresent());
      outsideIsUntouched();
    }
  }

  /** All kinds at all components of a release that is removed. */
  @Test
  void pruneRemovesNothingOutside() throws IOException {
    Path old = host().release("1.0").resolve(ADDRESS);
    int count = 0;
    for (String hostile : HOSTILE) {
      Shell.check(old, "mkdir -p a" + count + "/b");
      plant("a" + count + "/b/c", hostile, old);
      plant("a" + count + "/d", hostile, old);
      count++;
    }
    PruneRequest careful = prune(false);
    assertTimeoutPreemptively(LONGEST, () -> Prune.plan(host(), careful, Progress.SILENT));
    assertThat(Prune.plan(host(), careful, Progress.SILENT))
        .filteredOn(v -> v.version().equals("1.0"))
        .allMatch(Verdict::isKept);

    Prune.run(host(), prune(true), Progress.SILENT);

    assertThat(host().releases()).doesNotContain("1.0");
    assertThat(host().release("1.0")).doesNotExist();
    outsideIsUntouched();
  }

  /** Deeper than the path of any system call can be, and with names that are not text. */
  @Test
  void deepTreesAndOddNames() throws IOException {
    Files.writeString(
        root.resolve("deep.py"),
        """
        import os
        for _ in range(3000):
            os.mkdir("d")
            os.chdir("d")
        open(b"new\\nline\\xff", "w").close()
        """);
    Shell.check(tree, "python3 '" + root.resolve("deep.py") + "'");

    Drift drift = Drift.of(host(), List.of("3.0"), Drift.IGNORED, true);
    assertThat(drift.lines()).anyMatch(l -> l.contains("/d (and 3000 below)"));
    Status.of(host(), new StatusRequest(Optional.empty(), true), Progress.SILENT);
    push("/d/d/d");
    assertThat(tree.resolve("d/d/d/pushed")).hasContent("pushed");
  }

  private static PruneRequest prune(boolean dropDrift) {
    return new PruneRequest(
        1,
        Set.of(PruneRequest.ALL),
        dropDrift,
        Drift.IGNORED,
        new StatusRequest(Optional.empty(), false));
  }

  private void plant(String component, String hostile, Path at) throws IOException {
    Path script =
        Files.writeString(
            root.resolve("plant.sh"),
            "set -e\nrm -rf \"$1\"\nOUTSIDE='%s'\n%s\n".formatted(outside, hostile));
    Shell.check(at, "sh '%s' '%s'".formatted(script, at.resolve(component)));
  }

  private void push(String target) throws IOException {
    push(Files.writeString(root.resolve("pushed"), "pushed"), target);
  }

  private void push(Path source, String target) throws IOException {
    Ssh away = Ssh.program(ssh.toString(), Duration.ofSeconds(20), host().keys());
    new Copy(source, target)
        .to(
            List.of(Clusters.node("firstslave", ADDRESS, RootMode.FULL)),
            new Fleet(away, 1, Progress.SILENT),
            Optional.of(host()));
  }

  /** Directories beside the tree that were not removed. */
  private String stages() throws IOException {
    return Shell.run(host().release("3.0"), "ls -A | grep push").output();
  }

  private void outsideIsUntouched() throws IOException {
    assertThat(Shell.run(outside, "ls -A").output()).isEqualTo("secret\n");
    assertThat(Files.readString(outside.resolve("secret"), UTF_8)).isEqualTo("su");
  }

  private MasterHost host() {
    return new MasterHost(root, MasterHost.DIRECTORY, "lab");
  }
}
