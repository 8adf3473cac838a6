package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Keeping;
import dev.diskless.model.Node;
import dev.diskless.model.RootMode;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A master below {@code root} in a folder, whose nodes are hostile. {@code elsewhere} beside it
 * stands for the rest of the master: it has files at the same paths as the nodes' trees, and
 * nothing of it may change or get to a node.
 */
final class AttackedMaster {

  /** A command that runs longer hangs. */
  private static final int SECONDS = 10;

  /** A part of every secret of {@code elsewhere}. */
  static final String SECRET = "SECRET-OF-THE-MASTER";

  private static final String ELSEWHERE =
      """
      mkdir -p elsewhere && cd elsewhere
      mkdir -p var/lib/app/deep root/.ssh etc/ssh && chmod 700 root root/.ssh
      for file in var/lib/app/db var/lib/app/deep/file root/.ssh/authorized_keys; do echo %1$s >$file; done
      for type in ed25519 ecdsa; do ssh-keygen -q -t $type -N '' -C %1$s -f etc/ssh/ssh_host_${type}_key; done
      cat etc/ssh/*_key | grep -v -e ----- -e AAAAAA >../secrets; echo %1$s >>../secrets
      """;

  private final Path folder;
  private final String untouched;

  /** Begins with an empty master. */
  AttackedMaster(Path folder) throws IOException {
    this.folder = folder;
    if (!Files.exists(folder.resolve("elsewhere"))) {
      Shell.check(folder, "mkdir -p root; " + ELSEWHERE.formatted(SECRET));
    }
    this.untouched = elsewhere();
  }

  /** Four nodes in full, four in shared. */
  static Cluster cluster(Keeping keeping) {
    Cluster howto = Clusters.lab();
    List<Group> groups =
        List.of(
            Clusters.labGroup("full", RootMode.FULL).toBuilder().keeping(keeping).build(),
            Clusters.labGroup("shared", RootMode.SHARED).toBuilder().keeping(keeping).build());
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      nodes.add(
          Clusters.node(
              (i < 4 ? "f" : "s") + i % 4,
              "68:00:10:37:09:8" + i,
              "192.168.45." + (45 + i),
              groups.get(i / 4)));
    }
    return new Cluster(
        howto.name(),
        howto.domain(),
        howto.version(),
        howto.master(),
        howto.networks(),
        howto.images(),
        groups,
        nodes,
        howto.resources());
  }

  /** Returns the address of {@code f0} to {@code s3}, which is the name of the node's tree. */
  static String address(String node) {
    return "192.168.45." + (45 + (node.charAt(0) == 'f' ? 0 : 4) + node.charAt(1) - '0');
  }

  /** Writes a bundle whose nodes keep some paths, and {@code install-VERSION} beside it. */
  void bundle(String version, List<String> state, Entry... more) throws IOException {
    List<Entry> image = new ArrayList<>(List.of(more));
    image.addAll(
        List.of(
            Versions.file("usr/sbin/sshd", 0755, "sshd"),
            Versions.directory("etc/ssh", 0755, 0),
            Versions.directory("root", 0700, 0),
            Versions.file("root/.ssh/authorized_keys", 0600, "of the image"),
            Versions.directory("var/lib/app", 0700, 9),
            Versions.file("var/lib/app/db", 0640, "of the image"),
            Versions.file("var/lib/app/deep/file", 0640, "of the image")));
    Cluster cluster = cluster(new Keeping(state, List.of()));
    Versions.script(Versions.write(folder, version, cluster, image));
    Shell.check(folder, "mv install install-" + version);
  }

  /** Writes the installer of commit 3dc457e for a version to {@code old-VERSION}. */
  void oldInstaller(String version) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("install-3dc457e.sh")) {
      Files.writeString(
          folder.resolve("old-" + version),
          new String(in.readAllBytes(), UTF_8)
              .replace("@CLUSTER@", "lab")
              .replace("@VERSION@", version)
              .replace("@DIRECTORY@", MasterHost.DIRECTORY)
              .replace("@MASTERS@", "")
              .replace("@RAM_IMAGES@", "")
              .replace("@PRIVATE_FOLDERS@", "etc var root tmp"));
    }
  }

  /** Runs a command, which must not hang, and checks that nothing came of it elsewhere. */
  Shell.Result run(String command) throws IOException {
    Shell.Result result = runUnchecked(command);
    needUnharmed(command + "\n" + result.output());
    return result;
  }

  /** Runs a command, which must not hang and must not end as Python programs do that have a bug. */
  Shell.Result runUnchecked(String command) throws IOException {
    return runUnchecked(command, SECONDS);
  }

  Shell.Result runUnchecked(String command, int seconds) throws IOException {
    Shell.Result result = Shell.run(folder, "timeout -k 1 " + seconds + " " + command);
    assertThat(result.exit()).as("%s hangs: %s", command, result.output()).isNotIn(124, 137);
    assertThat(result.output()).as(command).doesNotContain("Traceback");
    return result;
  }

  void needUnharmed(String what) throws IOException {
    assertThat(elsewhere()).as(what).isEqualTo(untouched);
    assertThat(leaked()).as(what).isEmpty();
  }

  boolean isHarmed() throws IOException {
    return !elsewhere().equals(untouched) || !leaked().isEmpty();
  }

  /** The files of trees and state that have a secret of the master. */
  private String leaked() throws IOException {
    return Shell.run(folder, "grep -rlF --devices=skip -f secrets root/srv 2>/dev/null").output();
  }

  /** Names, owners, modes, times, numbers of links, and contents. */
  private String elsewhere() throws IOException {
    return Shell.run(
            folder.resolve("elsewhere"),
            "{ find . -printf '%p %y %m %U %G %T@ %C@ %n %s %l\\n';"
                + " find . -type f -print0 | xargs -0 sha256sum; } | LC_ALL=C sort")
        .output();
  }
}
