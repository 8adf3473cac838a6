package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.fleet.Copy;
import dev.diskless.fleet.Fleet;
import dev.diskless.host.Progress;
import dev.diskless.model.RootMode;
import dev.diskless.problem.ProblemException;
import dev.diskless.ssh.Ssh;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that replaces a name in its tree while a goal uses the name. Each test has a control: the
 * same attacker succeeds against the check that the goal had before.
 */
@RequiresRoot("restoring owners")
class NodeRacesTest {

  private static final String ADDRESS = "192.168.45.45";

  /** A goal that waits longer than this hangs. */
  private static final long LONGEST = 10;

  /** The control gets more rounds than the goal, because its rounds are short. */
  private static final int CONTROL = 10;

  /**
   * Exchanges the first name with each of the others in turn, with renameat2(2), until the process
   * is killed.
   */
  private static final String ATTACKER =
      """
      import ctypes, os, sys
      rename = ctypes.CDLL(None, use_errno=True).renameat2
      os.chdir(sys.argv[1])
      first, *others = map(os.fsencode, sys.argv[2:])
      print("ready", flush=True)
      count = 0
      while True:
          for other in others:
              if rename(-100, first, -100, other, 2) != 0:
                  sys.exit(os.strerror(ctypes.get_errno()))
              for _ in range(count % 50):
                  os.getpid()
              count += 1
      """;

  @TempDir private Path folder;
  private Path root;
  private Path tree;
  private Path outside;
  private Path ssh;

  @BeforeEach
  void install() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    Activation.run(
        new ActivationRequest(Versions.write(folder, "1.0"), root, false, false, false),
        Progress.SILENT);
    tree = host().release("1.0").resolve(ADDRESS);
    outside = Files.createDirectory(folder.resolve("outside"));
    ssh = Files.writeString(folder.resolve("ssh"), "#!/bin/sh\nexit 255\n");
    assertThat(ssh.toFile().setExecutable(true)).isTrue();
    Files.writeString(folder.resolve("attacker.py"), ATTACKER);
  }

  /** Ends programs that wait for a FIFO. */
  @AfterEach
  void open() throws IOException {
    Shell.run(folder, "find . -type p -exec sh -c ': <>\"$1\"' - {} \\;");
  }

  /** Push into a folder that alternates between a directory and a link. */
  @Test
  void pushWritesNothingOutside() throws IOException, InterruptedException {
    Path at = Files.createDirectories(tree.resolve("var/x"));
    Shell.check(at, "mkdir a && ln -s '" + outside + "' link");
    Path pushed = Files.writeString(folder.resolve("pushed"), "pushed");
    Path packed = folder.resolve("packed.tar");
    Shell.check(folder, "tar -cf packed.tar ./pushed");
    int rounds = RaceRounds.asked();
    int placed = 0;
    try (Attacker attacker = new Attacker(at, "a", "link")) {
      for (int i = 0; i < rounds; i++) {
        try {
          push(pushed, "/var/x/a");
          placed++;
        } catch (ProblemException link) {
          assertThat(link)
              .hasMessageMatching(
                  "(?s)var/x/a: (is a symbolic link, not a directory|changed while it was opened).*");
        }
        assertThat(outside).as("round %d", i).isEmptyDirectory();
      }
      attacker.requireRunning();
      int lost = 0;
      for (int i = 0; i < rounds * CONTROL && lost == 0; i++) {
        try {
          FormerCheck.unpack(packed, tree, "/var/x/a");
        } catch (ProblemException | IOException link) {
          continue;
        }
        lost += Files.exists(outside.resolve("pushed")) ? 1 : 0;
      }
      assertThat(lost).as("the attacker never succeeded against the former check").isPositive();
    }
    System.out.println("placed " + placed + " of " + rounds);
  }

  /**
   * A file that alternates with a link to a file with the packed content, and with a FIFO. A goal
   * that follows the link reports no change.
   */
  @Test
  void driftReadsNothingOutsideAndDoesNotHang() throws IOException, InterruptedException {
    Shell.check(outside, "printf su >secret");
    Path at = tree.resolve("usr/bin");
    Shell.check(
        at,
        "rm su && printf us >su && chmod 4755 su && mkfifo fifo && ln -s '"
            + outside
            + "/secret' link");
    int rounds = RaceRounds.asked();
    try (Attacker attacker = new Attacker(at, "su", "link", "fifo")) {
      for (int i = 0; i < rounds; i++) {
        Optional<Drift> drift =
            within(LONGEST, () -> Drift.of(host(), List.of("1.0"), Drift.IGNORED, true));
        assertThat(drift).as("drift hangs in round %d", i).isPresent();
        assertThat(drift.get().nodes())
            .flatExtracting(NodeDrift::changes)
            .extracting(Change::path)
            .as("round %d", i)
            .contains("/usr/bin/su");
      }
      attacker.requireRunning();
      int lost = 0;
      for (int i = 0; i < rounds * CONTROL && lost == 0; i++) {
        Optional<Boolean> isHarmed = within(LONGEST, () -> FormerCheck.readsOutside(tree));
        lost += isHarmed.orElse(true) ? 1 : 0;
      }
      assertThat(lost).as("the attacker never succeeded against the former check").isPositive();
    }
  }

  private interface Work<T> {

    T run() throws IOException;
  }

  /** Returns empty if the work does not end in time. */
  private static <T> Optional<T> within(long seconds, Work<T> work)
      throws IOException, InterruptedException {
    FutureTask<T> task = new FutureTask<>(work::run);
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    try {
      return Optional.of(task.get(seconds, TimeUnit.SECONDS));
    } catch (TimeoutException hangs) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  private void push(Path source, String target) throws IOException {
    Ssh away = Ssh.program(ssh.toString(), Duration.ofSeconds(20), host().keys());
    new Copy(source, target)
        .to(
            List.of(Clusters.node("firstslave", ADDRESS, RootMode.FULL)),
            new Fleet(away, 1, Progress.SILENT),
            Optional.of(host()));
  }

  private MasterHost host() {
    return new MasterHost(root, MasterHost.DIRECTORY, "lab");
  }

  /** Runs until it is closed. */
  private final class Attacker implements AutoCloseable {

    private final Process process;

    Attacker(Path at, String... names) throws IOException {
      ProcessBuilder builder =
          new ProcessBuilder("python3", folder.resolve("attacker.py").toString(), at.toString());
      builder.command().addAll(List.of(names));
      process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
    }

    void requireRunning() {
      assertThat(process.isAlive()).as("the attacker runs").isTrue();
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  /** What push and drift did before, as it was. */
  private static final class FormerCheck {

    private FormerCheck() {}

    static void unpack(Path packed, Path tree, String folder) throws IOException {
      Path at = tree;
      for (String name : folder.split("/")) {
        if (name.isEmpty() || name.equals(".")) {
          continue;
        }
        at = at.resolve(name);
        if (Files.isSymbolicLink(at)) {
          throw new IOException(at + " is a link in the node's tree");
        }
        if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectory(at);
        }
      }
      Shell.run(at.getRoot(), "tar -C '" + at + "' -xpf '" + packed + "'");
    }

    /** Lists a file, then reads the file by its path; whether it read the other file. */
    static boolean readsOutside(Path tree) throws IOException {
      Path file = tree.resolve("usr/bin/su");
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      MessageDigest sha = Digest.sha256();
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      MessageDigest secret = Digest.sha256();
      secret.update("su".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return Digest.of(sha).hex().equals(Digest.of(secret).hex());
    }
  }
}
