package dev.diskless.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.Shell;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;

/** A real sshd on loopback addresses of this machine, each of which stands for a node. */
public final class SshServer implements AutoCloseable {

  private final Path folder;
  private final Process sshd;

  private SshServer(Path folder, Process sshd) {
    this.folder = folder;
    this.sshd = sshd;
  }

  /** Starts one at 127.0.0.1 and 127.0.0.2, that lets root in with the key in {@code .ssh}. */
  public static SshServer start(Path folder) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Shell.Result made =
        Shell.run(
            folder,
            """
            set -e
            mkdir -p /run/sshd .ssh
            ssh-keygen -q -t ed25519 -N '' -f host
            ssh-keygen -q -t ed25519 -N '' -f .ssh/id_ed25519
            ssh-keygen -q -t ecdsa -N 'a secret' -f .ssh/id_ecdsa
            cp .ssh/id_ed25519.pub allowed
            printf 'Host 127.0.*\n  Port %1$d\n' >.ssh/config
            for address in 127.0.0.1 127.0.0.2; do
              echo "[$address]:%1$d $(cat host.pub)"
            done >known_hosts
            cat >sshd.conf <<EOF
            ListenAddress 127.0.0.1:%1$d
            ListenAddress 127.0.0.2:%1$d
            HostKey %2$s/host
            AuthorizedKeysFile %2$s/allowed
            PermitRootLogin prohibit-password
            StrictModes no
            UsePAM no
            PidFile none
            SetEnv HOME=%2$s/home
            EOF
            # bash reads ~/.bashrc when sshd starts it: whoever runs the tests may say things there.
            mkdir home
            """
                .formatted(port, folder));
    assertThat(made.exit()).as(made.output()).isZero();
    Path ssh =
        Files.writeString(
            folder.resolve("ssh"),
            "#!/bin/sh\nexec ssh -F %1$s/config -i %1$s/id_ed25519 \"$@\"\n"
                .formatted(folder.resolve(".ssh")));
    Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwx------"));
    Process sshd =
        new ProcessBuilder(
                Shell.run(folder, "PATH=$PATH:/usr/sbin command -v sshd").output().strip(),
                "-D",
                "-e",
                "-f",
                folder.resolve("sshd.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    for (int i = 0; i < 50 && !answers(port); i++) {
      Thread.sleep(100);
    }
    return new SshServer(folder, sshd);
  }

  private static boolean answers(int port) {
    try (Socket connected = new Socket("127.0.0.1", port)) {
      return connected.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** The way there by the library. */
  public Ssh library(Duration limit) {
    return library(Optional.empty(), limit);
  }

  /** The same, with an agent. */
  Ssh library(Optional<Path> agent, Duration limit) {
    return new JschSsh(folder.resolve(".ssh"), agent, limit, keys(), false);
  }

  /** The way there by ssh(1). */
  Ssh program(Duration limit) {
    return Ssh.program(folder.resolve("ssh").toString(), limit, keys());
  }

  private KeptKeys keys() {
    return new KeptKeys(folder.resolve("known_hosts"), folder.resolve("members_key"));
  }

  @Override
  public void close() {
    sshd.destroy();
  }
}
