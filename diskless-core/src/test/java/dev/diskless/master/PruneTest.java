package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.host.Progress;
import dev.diskless.problem.ProblemException;
import dev.diskless.ssh.Ssh;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Removes releases of a master below a folder, whose nodes are a script in the place of ssh. */
@RequiresRoot("restoring owners")
class PruneTest {

  private static final String ALL_RUN = "printf 'VERSION=\"%s\"\\nUPTIME=5.0\\n'";
  private static final String NOBODY = "exit 255";

  /** Four releases, which each test has a copy of. */
  @TempDir private static Path installed;

  @TempDir private Path folder;
  private Path root;
  private final List<String> said = new ArrayList<>();

  @BeforeAll
  static void install() throws IOException {
    for (String version : List.of("1.0", "2.0", "3.0", "4.0")) {
      activate(version, installed, installed.resolve("root"), line -> {});
    }
  }

  @BeforeEach
  void copy() throws IOException {
    root = folder.resolve("root");
    Shell.run(folder, "cp -a '" + installed + "/root' root");
  }

  @Test
  void removesWhatNothingNeeds() throws IOException {
    assertThat(kernels()).isEqualTo("1.0/1.0 2.0/1.0 2.0/2.0 3.0/2.0 3.0/3.0 4.0/3.0 4.0/4.0");
    prune(1, ALL_RUN.formatted("4.0"), Set.of());

    assertThat(host().releases()).containsExactly("3.0", "4.0");
    assertThat(Shell.run(root, "ls -A srv/diskless/lab/releases").output()).isEqualTo("3.0\n4.0\n");
    assertThat(kernels()).isEqualTo("3.0/3.0 4.0/3.0 4.0/4.0");
    assertThat(said)
        .contains("remove 1.0", "remove 2.0", "keep 3.0: a rollback goes to it")
        .contains("removed release 1.0", "removed release 2.0")
        .anyMatch(l -> l.startsWith("keep 4.0: it is active; it is the newest"))
        .anyMatch(l -> l.endsWith(" MB more are free on the disk than before"));
    assertThat(Files.readString(root.resolve("etc/exports.d/diskless.exports")))
        .contains("/releases/4.0/", "/releases/3.0/")
        .doesNotContain("/releases/1.0/", "/releases/2.0/");
    // It is still a file that diskless wrote, and a rollback works.
    said.clear();
    Rollback.run(host(), Optional.empty(), false, said::add);
    assertThat(host().active()).contains("3.0");
    assertThat(said).noneMatch(l -> l.contains("was not as diskless wrote it"));
  }

  /** For each release, the releases whose kernels it serves. */
  private String kernels() throws IOException {
    return Shell.run(
            root,
            "cd srv/diskless/lab/releases && echo */boot/[0-9]* | sed 's:/boot/:/:g' | tr -d '\\n'")
        .output();
  }

  @Test
  void whatANodeRunsStays() throws IOException {
    prune(1, ALL_RUN.formatted("1.0"), Set.of());

    assertThat(host().releases()).containsExactly("1.0", "3.0", "4.0");
    assertThat(said).anyMatch(l -> l.matches("keep 1\\.0: nodes? firstslave.* runs? it"));
  }

  /** The next refresh of the node compares with both. */
  @Test
  void bothReleasesOfARefreshedNodeStay() throws IOException {
    prune(1, "printf 'VERSION=\"1.0\"\\nREFRESHED=2.0\\nUPTIME=5.0\\n'", Set.of());

    assertThat(host().releases()).containsExactly("1.0", "2.0", "3.0", "4.0");
  }

  @Test
  void aNodeThatDoesNotAnswerMayRunAllThatWasEverActive() throws IOException {
    prune(1, NOBODY, Set.of());

    assertThat(host().releases()).containsExactly("1.0", "2.0", "3.0", "4.0");
    assertThat(said)
        .anyMatch(
            l ->
                l.startsWith("keep 1.0: node")
                    && l.contains("firstslave")
                    && l.contains("-Ddiskless.prune.unreachable="))
        .contains("nothing to remove");
  }

  @Test
  void afterItAnsweredOnceOnlyWhatWasActiveSinceThen() throws IOException {
    Prune.plan(host(), request(1, ALL_RUN.formatted("2.0"), Set.of()), said::add);
    activate("5.0", folder, root, said::add);
    said.clear();
    prune(1, NOBODY, Set.of());

    // 2.0 it ran; 4.0 was active then, and 5.0 is now. 3.0 it cannot have.
    assertThat(host().releases()).containsExactly("2.0", "4.0", "5.0");
    assertThat(said).anyMatch(l -> l.startsWith("keep 2.0: node") && l.contains("(last seen 20"));
  }

  @Test
  void whatTheNfsServerHasNotedStays() throws IOException {
    Prune.plan(host(), request(1, ALL_RUN.formatted("4.0"), Set.of()), said::add);
    Files.createDirectories(root.resolve("var/lib/nfs"));
    Files.writeString(
        root.resolve("var/lib/nfs/rmtab"),
        "192.168.45.45:/srv/diskless/lab/releases/2.0/192.168.45.45:0x00000001\n");
    prune(1, NOBODY, Set.of());

    assertThat(host().releases()).containsExactly("2.0", "3.0", "4.0");
  }

  @Test
  void nodesKnownToBeOffCountForNothing() throws IOException {
    prune(1, NOBODY, Set.of(PruneRequest.ALL));

    assertThat(host().releases()).containsExactly("3.0", "4.0");
  }

  @Test
  void allIsNotForNodesThatAnswerSomething() throws IOException {
    prune(1, "echo 'Permission denied (publickey).' >&2; exit 255", Set.of(PruneRequest.ALL));

    assertThat(host().releases()).containsExactly("1.0", "2.0", "3.0", "4.0");
  }

  @Test
  void keepsAsManyAsWanted() throws IOException {
    Rollback.run(host(), Optional.of("1.0"), false, said::add);
    prune(2, ALL_RUN.formatted("1.0"), Set.of());

    // 1.0 was active last, and before it 4.0.
    assertThat(host().releases()).containsExactly("1.0", "4.0");
  }

  @Test
  void whatNodesWroteIsNotRemovedUnlessTold() throws IOException {
    Files.writeString(host().release("1.0").resolve("192.168.45.45/etc/note"), "written");
    Files.createDirectories(host().release("2.0").resolve("192.168.45.45/tmp/apt"));
    prune(1, ALL_RUN.formatted("4.0"), Set.of());

    assertThat(host().releases()).containsExactly("1.0", "3.0", "4.0");
    assertThat(said)
        .anyMatch(
            l ->
                l.startsWith("keep 1.0: node firstslave changed files in its trees")
                    && l.contains("diskless:drift -Ddiskless.version=1.0"));
    PruneRequest told = request(1, ALL_RUN.formatted("4.0"), Set.of());
    Prune.run(host(), new PruneRequest(1, Set.of(), true, Drift.IGNORED, told.status()), said::add);
    assertThat(host().releases()).containsExactly("3.0", "4.0");
  }

  @Test
  void aPlanRemovesNothing() throws IOException {
    String before = Versions.snapshot(root).replaceAll("(?m)^.*/seen .*\n", "");
    Prune.plan(host(), request(1, ALL_RUN.formatted("4.0"), Set.of()), said::add);

    assertThat(Versions.snapshot(root).lines().filter(l -> !l.contains("/seen")).toList())
        .isEqualTo(before.lines().filter(l -> !l.contains("/seen")).toList());
    assertThat(said).contains("would remove 1.0", "would remove 2.0");
  }

  @Test
  void theScriptRefusesWhatIsServedOrGoneBackTo() throws IOException {
    for (String version : List.of("3.0", "4.0", "7.0", "../1.0")) {
      Shell.Result result = script("--remove 1.0 " + version);
      assertThat(result.exit()).isNotZero();
      assertThat(host().releases()).containsExactly("1.0", "2.0", "3.0", "4.0");
    }
    assertThat(script("--dry-run --remove 1.0").output()).isEqualTo("would remove release 1.0\n");
    assertThat(script("--remove 1.0 2.0").exit()).isZero();
    assertThat(host().releases()).containsExactly("3.0", "4.0");
    assertThat(script("--undo").output()).contains("there is no switch to take back");
  }

  @Test
  void exportsThatTheAdminChangedAreLeftAlone() throws IOException {
    Path exports = root.resolve("etc/exports.d/diskless.exports");
    Files.writeString(exports, "# mine\n");
    assertThat(script("--remove 1.0").output()).contains("was left alone");
    assertThat(exports).hasContent("# mine\n");
  }

  @Test
  void whileAnotherRunsNothingIsRemoved() throws IOException {
    try (Session session = Session.of(host())) {
      assertThat(session.arguments()).isNotEmpty();
      assertThatThrownBy(() -> prune(1, ALL_RUN.formatted("4.0"), Set.of()))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("another activation of lab is running");
    }
    assertThat(host().releases()).hasSize(4);
  }

  private Shell.Result script(String arguments) throws IOException {
    return Shell.run(
        folder,
        "python3 %s/4.0/META-INF/diskless/install --destdir %s %s"
            .formatted(root.resolve(Versions.BASE + "/releases"), root, arguments));
  }

  private static void activate(String version, Path folder, Path root, Progress progress)
      throws IOException {
    Activation.run(
        new ActivationRequest(Versions.write(folder, version), root, false, false, false),
        progress);
  }

  private void prune(int keep, String answers, Set<String> off) throws IOException {
    Prune.run(host(), request(keep, answers, off), said::add);
  }

  private PruneRequest request(int keep, String answers, Set<String> off) throws IOException {
    Path program = folder.resolve("ssh");
    Files.writeString(program, "#!/bin/sh\n" + answers);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return new PruneRequest(
        keep,
        off,
        false,
        Drift.IGNORED,
        new StatusRequest(
            Optional.of(Ssh.program(program.toString(), Duration.ofSeconds(3), host().keys())),
            false));
  }

  private MasterHost host() {
    return new MasterHost(root, MasterHost.DIRECTORY, "lab");
  }
}
