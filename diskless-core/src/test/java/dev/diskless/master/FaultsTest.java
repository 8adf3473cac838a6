package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the installer, or lets a step of it fail, at each step that changes something; see
 * src/test/python/faults.py. The installer itself knows nothing of this. Some steps are tried, or
 * as {@link FaultSteps} says.
 */
@RequiresRoot("restoring owners")
@RequiresProgram("setsid")
class FaultsTest {

  /** A master before and after it goes over to another release; each test has a copy. */
  @TempDir private static Path prepared;

  private static String beforeTheNext;
  private static String afterTheNext;

  @TempDir private Path folder;
  private Path root;
  private String before;
  private String after;

  @BeforeAll
  static void installTheOldRelease() throws IOException {
    Path old = Files.createDirectory(prepared.resolve("old"));
    Files.createDirectories(old.resolve("etc/dhcp"));
    Files.writeString(old.resolve("etc/dhcp/dhcpd.conf"), "# the admin's");
    Versions.script(Versions.write(prepared, "1.0"));
    Shell.check(prepared, "python3 install --destdir old 1.0.tar.zst");
    Versions.script(Versions.write(prepared, "2.0"));
    beforeTheNext = Versions.snapshot(old);
    Shell.check(prepared, "cp -a old root && python3 install --destdir root 2.0.tar.zst");
    afterTheNext = timeless(Versions.snapshot(prepared.resolve("root")));
  }

  @BeforeEach
  void copy() throws IOException {
    Shell.check(folder, "cp -a '" + prepared + "/.' .");
    root = folder.resolve("root");
    before = beforeTheNext;
    after = afterTheNext;
  }

  @Test
  void aKilledInstallationLeavesTheOldReleaseOrTheNewOne() throws IOException {
    sweep("kill", 1, "install --destdir root 2.0.tar.zst", after);
  }

  @Test
  void aProgramThatFailsLeavesTheOldReleaseOrTheNewOne() throws IOException {
    sweep("fail", 2, "install --destdir root 2.0.tar.zst", after);
  }

  @Test
  void aTreeThatCannotBeReadWholeIsNotInstalled() throws IOException {
    reset();
    Shell.standIn(
        Files.createDirectory(folder.resolve("bin")),
        "tar",
        "case \" $* \" in *' -cf - '*) \"$real\" \"$@\"; exit 2 ;; esac");
    Shell.Result result =
        Shell.run(
            folder, "PATH='" + folder + "/bin':$PATH python3 install --destdir root 2.0.tar.zst");

    assertThat(result.exit()).isNotZero();
    assertThat(result.output()).contains("cannot write the tree of firstslave");
    assertThat(Versions.snapshot(root)).isEqualTo(before);
  }

  @Test
  void aKilledRollbackLeavesTheOneReleaseOrTheOther() throws IOException {
    Shell.run(folder, "rm -rf old && mv root old");
    reset();
    before = Versions.snapshot(root, "2.0");
    Shell.check(folder, "python3 install --destdir root --rollback");
    sweep("kill", 1, "install --destdir root --rollback 1.0", timeless(Versions.snapshot(root)));
  }

  @Test
  void aKilledUndoGoesOn() throws IOException {
    Shell.run(folder, "rm -rf old && mv root old");
    reset();
    before = Versions.snapshot(root);
    Shell.check(folder, "python3 install --destdir root --undo");
    String undone = timeless(Versions.snapshot(root));
    for (int at : some(2, steps("install --destdir root --undo"))) {
      reset();
      run("kill", at, "install --destdir root --undo");
      // Any run goes on with it; this one does nothing more.
      Shell.check(folder, "python3 install --destdir root --no-switch 2.0.tar.zst");
      String now = Versions.snapshot(root);
      assertThat(now.equals(before) || timeless(now).equals(undone))
          .as("killed at %s: %s", at, now)
          .isTrue();
    }
  }

  @Test
  void aKilledRemovalIsWholeOrGoesOn() throws IOException {
    Versions.script(Versions.write(folder, "3.0"));
    Shell.check(folder, "rm -rf old && mv root old && python3 install --destdir old 3.0.tar.zst");
    String command = "install --destdir root --remove 1.0";
    int steps = steps(command);
    assertThat(steps).isGreaterThan(3);
    reset();
    before = Versions.snapshot(root.resolve(Versions.BASE + "/releases/1.0"));
    Shell.check(folder, "python3 " + command);
    after = timeless(Versions.snapshot(root));
    for (int at : some(1, steps)) {
      reset();
      Shell.Result result = run("kill", at, command);
      String what = "killed at " + at + " of " + steps + ": " + result.output();
      Path release = root.resolve(Versions.BASE + "/releases/1.0");
      if (Files.exists(release)) {
        assertThat(Versions.snapshot(release)).as(what).isEqualTo(before);
        Shell.check(folder, "python3 " + command);
      } else {
        // Any run goes on with it.
        Shell.check(folder, "python3 install --destdir root --no-switch 3.0.tar.zst");
      }
      assertThat(timeless(Versions.snapshot(root))).as(what).isEqualTo(after);
    }
  }

  private void sweep(String how, int first, String command, String end) throws IOException {
    int steps = steps(command);
    assertThat(steps).isGreaterThan(10);
    for (int at : some(first, steps)) {
      reset();
      Shell.Result result = run(how, at, command);
      String what = how + " at " + at + " of " + steps + ": " + result.output();
      String active = Shell.run(root, "readlink " + Versions.BASE + "/active").output();
      assertThat(active).as(what).isIn("releases/1.0\n", "releases/2.0\n");
      // What is served of each release is whole at every moment.
      assertThat(Shell.run(root, "cat tftpboot/boot/pxelinux.cfg/default").output())
          .as(what)
          .isEqualTo(active.substring("releases/".length()).strip());
      if (how.equals("fail") && result.exit() != 0) {
        assertThat(result.output()).contains("install: ");
      }
      boolean begun = end.contains("active l 777 0 0 " + active.strip() + "\n");
      // Any run brings a switch to its end that was begun, and this one does no other.
      Shell.Result next =
          Shell.run(
              folder,
              "python3 " + (begun ? command : "install --destdir root --no-switch 2.0.tar.zst"));
      assertThat(next.exit()).as(what + next.output()).isZero();
      if (begun) {
        assertThat(timeless(Versions.snapshot(root))).as(what).isEqualTo(end);
      } else {
        assertThat(served(Versions.snapshot(root, "2.0"))).as(what).isEqualTo(served(before));
        Shell.check(folder, "python3 " + command);
        assertThat(timeless(Versions.snapshot(root))).as(what).isEqualTo(end);
      }
    }
  }

  private int steps(String command) throws IOException {
    reset();
    Shell.Result whole = run("count", 0, command);
    assertThat(whole.exit()).as(whole.output()).isZero();
    return Integer.parseInt(Files.readString(folder.resolve("count")).strip());
  }

  /**
   * @param first where each third one is taken
   */
  private static List<Integer> some(int first, int steps) {
    return FaultSteps.asked() == FaultSteps.SOME
        ? FaultSteps.every(3, first, steps)
        : FaultSteps.every(1, 1, steps);
  }

  @Test
  void aFullDiskLeavesTheOldRelease() throws IOException {
    Versions.script(Versions.write(folder, "3.0", "authoritative;\n", 6_000_000));
    Shell.Result result =
        inNamespace(
            "mount -t tmpfs -o size=5M full root && cp -a old/. root && "
                + "{ python3 install --destdir root 3.0.tar.zst && exit 3; cat root/tftpboot/boot/pxelinux.cfg/default;"
                + " ls -A root/srv/diskless/lab/releases; cat root/etc/dhcp/dhcpd.conf; find root/etc -name '.*'; }");

    assertThat(result.output())
        .containsPattern(
            "install: warning: up to (6|12) MB are to be written to \\S+/releases, and [34] MB are free there:"
                + " it may not fit\n")
        .contains("the disk is full")
        .endsWith("1.01.0\n# 1.0\nauthoritative;\n");
  }

  @Test
  void aFullEtcLeavesTheOldRelease() throws IOException {
    Shell.Result result =
        inNamespace(
            "cp -a old/. root && mount -t tmpfs -o size=64k full root/etc && cp -a old/etc root/ && dd if=/dev/zero of=root/etc/ballast 2>/dev/null;"
                + " python3 install --destdir root 2.0.tar.zst && exit 3;"
                + " cat root/tftpboot/boot/pxelinux.cfg/default root/etc/dhcp/dhcpd.conf; find root/etc -name '.*'");

    assertThat(result.output())
        .contains("No space left on device")
        .endsWith("1.0# 1.0\nauthoritative;\n");
  }

  @Test
  void aRootThatIsReadOnlyStays() throws IOException {
    Shell.Result result =
        inNamespace(
            "cp -a old/. root && mount --bind root root && mount -o remount,ro,bind root &&"
                + " { python3 install --destdir root 2.0.tar.zst; echo code $?; }");

    assertThat(result.output()).contains("Read-only file system").endsWith("code 1\n");
  }

  private Shell.Result inNamespace(String command) throws IOException {
    Shell.run(folder, "rm -rf root && mkdir root");
    assumeTrue(
        Shell.run(folder, "unshare -m true").exit() == 0, "NOT TESTED: no mount namespace here");
    return Shell.run(folder, "unshare -m sh -c \"" + command.replace("$", "\\$") + "\"");
  }

  private void reset() throws IOException {
    Shell.run(folder, "rm -rf root && cp -a old root");
  }

  private Shell.Result run(String how, int at, String command) throws IOException {
    Shell.Result result =
        Shell.run(folder, "setsid -w " + FaultSteps.ending(how, at, "count") + " " + command);
    // What was killed holds the lock until the last of its processes is gone.
    Shell.run(folder, "flock -w 20 root/" + Versions.BASE + "/.session true");
    return result;
  }

  /** Without the history, which says when, and the way back, which is that of the last run. */
  private static String timeless(String snapshot) {
    return String.join("\n", served(snapshot)) + "\n";
  }

  private static List<String> served(String snapshot) {
    return snapshot
        .lines()
        .filter(l -> !l.contains("/lab/host") && !l.contains("/lab/history"))
        .toList();
  }
}
