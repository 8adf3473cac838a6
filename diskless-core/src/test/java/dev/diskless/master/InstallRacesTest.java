package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Root on eight nodes swaps directories of trees and of state with symbolic links and FIFOs while
 * the master installs a release. A round is one path of one node that the installer reads or makes.
 * With {@code -Ddiskless.races=all} there are more than 500 rounds of each kind.
 */
@RequiresRoot("restoring owners")
@RequiresProgram("ssh-keygen")
class InstallRacesTest {

  private static final boolean ALL = System.getProperty("diskless.races", "").equals("all");
  private static final int ROUNDS = ALL ? 500 : 20;
  private static final int PATHS = 10;

  /** An installation does everything 80 times, and other processes take the processors. */
  private static final int SECONDS = 100;

  @TempDir private static Path prepared;
  @TempDir private Path folder;
  private AttackedMaster master;

  @BeforeAll
  static void installTheOldRelease() throws IOException {
    try (InputStream in = InstallRacesTest.class.getResourceAsStream("racing.py")) {
      Files.write(prepared.resolve("racing.py"), in.readAllBytes());
    }
    AttackedMaster master = new AttackedMaster(prepared);
    List<String> wide = new ArrayList<>();
    List<String> deep = new ArrayList<>();
    List<Entry> files = new ArrayList<>();
    for (int i = 0; i < PATHS; i++) {
      wide.add("/var/a" + i);
      deep.add("/var/a" + i + "/deep");
      files.add(Versions.file("var/a" + i + "/db", 0640, "of the image"));
      files.add(Versions.file("var/a" + i + "/deep/file", 0640, "of the image"));
      Shell.check(
          prepared,
          "mkdir -p elsewhere/var/a%1$d/deep && echo %2$s >elsewhere/var/a%1$d/secret"
              .formatted(i, AttackedMaster.SECRET));
    }
    Entry[] image = files.toArray(Entry[]::new);
    master.bundle("1.0", List.of(), image);
    master.bundle("1.1", deep, image);
    master.bundle("2.0", wide, image);
    for (String version : List.of("1.0", "1.1", "2.0")) {
      master.oldInstaller(version);
    }
  }

  @BeforeEach
  void copy() throws IOException {
    Shell.check(folder, "cp -a '" + prepared + "/.' .");
    master = new AttackedMaster(folder);
  }

  @Test
  void theFirstContentOfStateNeverComesFromElsewhere() throws IOException {
    int rounds = 0;
    while (rounds < ROUNDS) {
      begin("python3 install-1.0 --destdir root 1.0.tar.zst");
      Shell.Result result =
          racing(trees("1.0"), 0, "python3 install-2.0 --destdir root 2.0.tar.zst");
      assertThat(result.exit()).as(result.output()).isZero();
      rounds += count(result, "state of ");
      master.needUnharmed(result.output());
    }
    System.out.println("rounds of first content: " + rounds);
  }

  @Test
  void stateIsNeverMadeElsewhere() throws IOException {
    int rounds = 0;
    while (rounds < ROUNDS) {
      begin("python3 install-1.1 --destdir root 1.1.tar.zst");
      boolean isDone = false;
      while (!isDone && rounds < ROUNDS) {
        Shell.Result result =
            racing(states(), 0.002, "python3 install-2.0 --destdir root --no-switch 2.0.tar.zst");
        isDone = result.exit() == 0;
        int before = rounds;
        rounds += count(result, "state of ") + count(result, " cannot be extended: ");
        assertThat(isDone || rounds > before).as(result.output()).isTrue();
        master.needUnharmed(result.output());
      }
    }
    System.out.println("rounds of wider state: " + rounds);
  }

  /** The same writers win against the installer of commit 3dc457e. */
  @Test
  void theWritersWonBefore() throws IOException {
    assumeTrue(ALL, "NOT TESTED: how racing writers won before; -Ddiskless.races=all tests it");
    int tries = 0;
    do {
      begin("sh old-1.0 --destdir root 1.0.tar.zst");
      racing(trees("1.0"), 0, "sh old-2.0 --destdir root 2.0.tar.zst");
      tries++;
    } while (!master.isHarmed() && tries < 20);
    System.out.println("installations until the old installer read elsewhere: " + tries);
    assertThat(master.isHarmed()).as("reading elsewhere").isTrue();

    tries = 0;
    do {
      begin("sh old-1.1 --destdir root 1.1.tar.zst");
      racing(states(), 0.002, "sh old-2.0 --destdir root --no-switch 2.0.tar.zst");
      tries++;
    } while (!master.isHarmed() && tries < 20);
    System.out.println("installations until the old installer wrote elsewhere: " + tries);
    assertThat(master.isHarmed()).as("writing elsewhere").isTrue();
  }

  private void begin(String install) throws IOException {
    Shell.check(folder, "rm -rf root; mkdir root; " + install);
  }

  /** Returns pairs of a directory of a tree, and where else it is to lead. */
  private List<String> trees(String version) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      names.add("root/srv/diskless/lab/releases/" + version + "/192.168.45." + (45 + i) + "/var");
      names.add(folder.resolve("elsewhere/var").toString());
    }
    return names;
  }

  private List<String> states() {
    List<String> names = new ArrayList<>();
    for (String node : List.of("f0", "f1", "f2", "f3", "s0", "s1", "s2", "s3")) {
      for (int i = 0; i < PATHS; i++) {
        names.add("root/srv/diskless/lab/state/" + node + "/paths/var/a" + i);
        names.add(folder.resolve("elsewhere/var/a" + i).toString());
      }
    }
    return names;
  }

  private Shell.Result racing(List<String> names, double pause, String install) throws IOException {
    // An earlier writer may have ended between two swaps.
    for (int i = 0; i < names.size(); i += 2) {
      Path path = folder.resolve(names.get(i));
      Shell.run(
          folder,
          "for other in '%1$s.link' '%1$s.fifo'; do [ ! -d \"$other\" ] || [ -L \"$other\" ] || { rm -f '%1$s'; mv -T \"$other\" '%1$s'; }; rm -f \"$other\"; done"
              .formatted(path));
    }
    Files.deleteIfExists(folder.resolve("racing"));
    List<String> command = new ArrayList<>(List.of("python3", "racing.py", "" + pause));
    command.addAll(names);
    Process writer = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
    try {
      Shell.check(
          folder, "for i in $(seq 100); do [ ! -e racing ] || exit 0; sleep 0.1; done; exit 1");
      Shell.Result result = master.runUnchecked(install, SECONDS);
      assertThat(writer.isAlive()).as("the writer runs").isTrue();
      return result;
    } finally {
      writer.destroyForcibly().onExit().join();
    }
  }

  private static int count(Shell.Result result, String text) {
    return (int) result.output().lines().filter(l -> l.contains(text)).count();
  }
}
