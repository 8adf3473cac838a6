package dev.diskless.refresh;

import dev.diskless.master.MasterHost;
import dev.diskless.model.Node;
import dev.diskless.model.RootMode;
import dev.diskless.ssh.Ssh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Root file systems of nodes on this machine, mounted as a node mounts them: the layers of a
 * release below an overlay, or the private tree. A program with the arguments of ssh(1) runs
 * commands in them. The programs are those of this machine.
 */
final class NodeRoots {

  private static final String SSH =
      """
      #!/bin/sh
      for last; do address=${command-}; command=$last; done
      node='%s'/${address#root@}
      [ -d "$node" ] || { echo "Connection refused" >&2; exit 255; }
      export node command
      exec unshare -m sh -c '
        if [ -e "$node/lower" ]; then
          options="lowerdir=$(cat "$node/lower"),upperdir=$node/upper,workdir=$node/work"
          mount -t overlay overlay -o "$options" "$node/root"
        else
          mount --bind "$(cat "$node/tree")" "$node/root"
        fi
        mount --rbind /usr "$node/root/usr"
        mount --rbind /proc "$node/root/proc"
        mount --rbind /dev "$node/root/dev"
        mount -t tmpfs run "$node/root/run"
        exec chroot "$node/root" /bin/sh -c "$command"'
      """;

  private final Path folder;
  private final Path program;

  NodeRoots(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.program = Files.writeString(folder.resolve("ssh"), SSH.formatted(folder));
    if (!program.toFile().setExecutable(true)) {
      throw new IOException("cannot make executable: " + program);
    }
  }

  /** Boots a node from a release. What the node wrote is lost unless its tree is private. */
  void boot(MasterHost host, String version, Node node) throws IOException {
    Path home = folder.resolve(node.address().toString());
    Files.createDirectories(home.resolve("root"));
    Path release = host.release(version);
    if (node.group().root() == RootMode.FULL) {
      Files.writeString(
          home.resolve("tree"), release.resolve(node.address().toString()).toString());
      return;
    }
    Files.createDirectories(home.resolve("upper"));
    Files.createDirectories(home.resolve("work"));
    Files.writeString(
        home.resolve("lower"),
        Stream.of(
                "nodes/" + node.name(),
                "groups/" + node.group().name(),
                "images/" + node.group().image())
            .map(layer -> release.resolve(layer).toString())
            .collect(Collectors.joining(":")));
  }

  /** Returns the folder that contains only what a node with an overlay has written. */
  Path written(Node node) {
    return folder.resolve(node.address().toString()).resolve("upper");
  }

  Ssh ssh(MasterHost host) {
    return Ssh.program(program.toString(), Duration.ofSeconds(60), host.keys());
  }

  /** Runs a command on a node, and returns its output. */
  String run(MasterHost host, Node node, String command) throws IOException {
    return String.join(
        "\n",
        ssh(host).run(node.address().toString(), command, java.util.Optional.empty()).lines());
  }
}
