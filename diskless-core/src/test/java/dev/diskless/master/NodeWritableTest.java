package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever root on a node puts into the node's tree or state, no command of the installer follows
 * it, reads from it, or waits for it. Each kind of file is put in the place of every component of
 * state paths and of host keys: component i at the nodes f<i>i</i> (full) and s<i>i</i> (shared).
 */
@RequiresRoot("restoring owners")
@RequiresProgram("ssh-keygen")
class NodeWritableTest {

  private static final List<String> STATE = List.of("/var/lib/app/deep", "/srv/data");
  private static final List<String> WIDER = List.of("/var/lib/app", "/root/.ssh", "/srv/data");

  /** Components of state in the way of WIDER, and those of host keys. */
  private static final List<String> VAR =
      List.of("var", "var/lib", "var/lib/app", "var/lib/app/deep");

  private static final List<String> ROOT =
      List.of("root", "root/.ssh", "root/.ssh/authorized_keys", "root/.ssh/authorized_keys");

  private static final List<String> KEYS =
      List.of("etc", "etc/ssh", "etc/ssh/ssh_host_ed25519_key", "etc/ssh/ssh_host_ecdsa_key");

  /** Puts a file of a kind at $1/$2. $E is elsewhere, $1 a tree or the paths of a node's state. */
  private static final String PLANT =
      """
      set -eu
      E=$PWD/elsewhere
      plant() {
          mkdir -p "$1/$(dirname "$2")"
          rm -rf "$1/$2"
          case $kind in
          absolute) ln -s "$E/$2" "$1/$2" ;;
          relative) ln -s "$(realpath --relative-to="$1/$(dirname "$2")" "$E/$2")" "$1/$2" ;;
          directory) ln -s "$E" "$1/$2" ;;
          dangling) ln -s "$E/new/$2" "$1/$2" ;;
          itself) ln -s "$(basename "$2")" "$1/$2" ;;
          fifo) mkfifo "$1/$2" ;;
          zero) mknod "$1/$2" c 1 5 ;;
          block) mknod "$1/$2" b 7 200 ;;
          socket) python3 -c 'import os, socket, sys; os.chdir(sys.argv[1]); socket.socket(socket.AF_UNIX).bind(sys.argv[2])' "$1/$(dirname "$2")" "$(basename "$2")" ;;
          file) echo file >"$1/$2" ;;
          esac
      }
      """;

  @TempDir private static Path prepared;
  @TempDir private Path folder;
  private AttackedMaster master;

  @BeforeAll
  static void installTheOldRelease() throws IOException {
    AttackedMaster master = new AttackedMaster(prepared);
    master.bundle("1.0", STATE);
    master.bundle("2.0", STATE);
    master.bundle("3.0", WIDER);
    master.oldInstaller("1.0");
    master.oldInstaller("2.0");
    master.oldInstaller("3.0");
    Shell.check(prepared, "python3 install-1.0 --destdir root 1.0.tar.zst");
  }

  @BeforeEach
  void copy() throws IOException {
    Shell.check(folder, "cp -a '" + prepared + "/.' .");
    master = new AttackedMaster(folder);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "absolute",
        "relative",
        "directory",
        "dangling",
        "itself",
        "fifo",
        "zero",
        "block",
        "socket",
        "file"
      })
  void noCommandUsesWhatANodePutInTheWay(String kind) throws IOException {
    plantInTrees("1.0", kind);
    plantInStates(kind);
    forgetHostKeys("1.0");

    succeeds("python3 install-2.0 --destdir root --status");
    succeeds("python3 install-2.0 --destdir root 2.0.tar.zst");
    plantInTrees("2.0", kind);
    succeeds("python3 install-2.0 --destdir root --status");
    succeeds("python3 install-2.0 --destdir root --rollback");
    succeeds("python3 install-2.0 --destdir root --switch 2.0");
    succeeds("python3 install-2.0 --destdir root --undo");
    succeeds("python3 install-2.0 --destdir root --switch 2.0");
    succeeds("python3 install-2.0 --destdir root --recover");

    forgetHostKeys("2.0");
    // What is in the way of new state is for the administrator to remove.
    for (int i = 0; i < 2; i++) {
      Shell.Result result = master.run("python3 install-3.0 --destdir root 3.0.tar.zst");
      assertThat(result.exit()).as(result.output()).isNotZero();
      assertThat(result.output())
          .contains("the state of f" + i + " cannot be extended: " + VAR.get(i) + ": is ")
          .contains("failed; active: 2.0");
      Shell.check(folder, "rm -rf " + state("f" + i, "var"));
    }
    Shell.Result stopped = master.run("python3 install-3.0 --destdir root 3.0.tar.zst");
    assertThat(stopped.exit()).as(stopped.output()).isNotZero();
    assertThat(stopped.output()).contains("the state of s0 cannot be extended: root: is ");
    Shell.check(folder, "rm -rf " + state("s0", "root"));
    succeeds("python3 install-3.0 --destdir root 3.0.tar.zst");
    // A node's state is what the node put there.
    assertThat(Shell.run(folder, "stat -c %F " + state("s1", "root/.ssh")).output())
        .isNotEqualTo("directory\n");
    assertThat(Shell.run(folder, "stat -c %F " + state("f2", "var/lib/app")).output())
        .isNotEqualTo("directory\n");
    assertThat(Shell.run(folder, "cat " + state("f1", "var/lib/app/db")).output())
        .isEqualTo("of the image");
    succeeds("python3 install-3.0 --destdir root --status");
    succeeds("python3 install-3.0 --destdir root --remove 1.0");
    succeeds("python3 install-3.0 --destdir root --rollback");
  }

  /** The same attacks on the installer of commit 3dc457e: they show that this test can fail. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiterString = " ==> ",
      value = {
        "new state through a link ==> plant $state/f0/paths root; rm -r $E/root/.ssh",
        "a directory wherever a link leads ==> kind=directory; plant $state/f0/paths root",
        "widening through a link ==> plant $state/f0/paths var/lib; rm $E/var/lib/app/db",
        "host keys of the master in a tree ==> plant $tree etc/ssh; rm -r $state/*/secret/etc/ssh root/srv/diskless/lab/releases/1.0/META-INF/diskless/kept",
      })
  void theAttacksHarmedBefore(String attack, String command) throws IOException {
    Shell.check(
        folder,
        "rm -rf root; mkdir root; sh old-1.0 --destdir root 1.0.tar.zst; kind=absolute\n"
            + PLANT
            + "state=root/srv/diskless/lab/state; tree=root/srv/diskless/lab/releases/1.0/192.168.45.45\n"
            + command);
    master = new AttackedMaster(folder);
    master.runUnchecked("sh old-3.0 --destdir root 3.0.tar.zst");

    assertThat(master.isHarmed()).as(attack).isTrue();
  }

  /** A path of 2,500 directories: the installer must not run out of stack or of descriptors. */
  @Test
  void deepTreesOfNodesAreCopiedCountedAndRemoved() throws IOException {
    String deep =
        "python3 -c 'import os, sys\nos.chdir(sys.argv[1])\nfor i in range(2500): os.mkdir(\"d\"); os.chdir(\"d\")' ";
    Shell.check(folder, deep + tree("1.0", "f0", "var/lib/app"));
    Shell.check(folder, deep + state("f1", "var/lib/app/deep"));

    succeeds("python3 install-3.0 --destdir root 3.0.tar.zst");
    succeeds("python3 install-3.0 --destdir root --status");
    succeeds("python3 install-3.0 --destdir root --rollback");
    succeeds("python3 install-2.0 --destdir root 2.0.tar.zst");
    succeeds("python3 install-2.0 --destdir root --switch 3.0");
    succeeds("python3 install-2.0 --destdir root --remove 1.0");
    assertThat(folder.resolve(tree("1.0", "f0", ""))).doesNotExist();
    Shell.check(folder, "rm -rf root");
  }

  private void succeeds(String command) throws IOException {
    Shell.Result result = master.run(command);
    assertThat(result.exit()).as(result.output()).isZero();
  }

  private void plantInTrees(String version, String kind) throws IOException {
    StringBuilder script = new StringBuilder("kind=" + kind + "\n" + PLANT);
    for (int i = 0; i < 4; i++) {
      for (String node : List.of("f" + i, "s" + i)) {
        for (List<String> components : List.of(VAR, ROOT, KEYS)) {
          script.append("plant %s %s\n".formatted(tree(version, node, ""), components.get(i)));
        }
      }
    }
    Shell.check(folder, script.toString());
  }

  private void plantInStates(String kind) throws IOException {
    StringBuilder script = new StringBuilder("kind=" + kind + "\n" + PLANT);
    for (int i = 0; i < 4; i++) {
      script.append("plant %s %s\n".formatted(state("f" + i, ""), VAR.get(i)));
      script.append("plant %s %s\n".formatted(state("s" + i, ""), ROOT.get(i)));
    }
    Shell.check(folder, script.toString());
  }

  /** Makes a release one that knows nothing of host keys, so that those of the trees count. */
  private void forgetHostKeys(String version) throws IOException {
    Shell.check(
        folder,
        "cd root/srv/diskless/lab && rm -rf state/*/secret releases/%s/META-INF/diskless/kept"
            .formatted(version));
  }

  private static String tree(String version, String node, String path) {
    return "root/srv/diskless/lab/releases/%s/%s/%s"
        .formatted(version, AttackedMaster.address(node), path);
  }

  private static String state(String node, String path) {
    return "root/srv/diskless/lab/state/%s/paths/%s".formatted(node, path);
  }
}
