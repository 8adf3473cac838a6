package dev.diskless.ssh;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Connection to nodes: SSH-2 (RFC 4251), as root, with the key of members and the keys of the
 * current user. It never asks for a password. Thread-safe.
 */
public interface Ssh {

  /**
   * Runs a command line in the shell of a node. The host key must be {@link KeptKeys known}.
   *
   * @param address address of the node
   * @param line command line
   * @param input file for standard input; empty for no input
   * @return result of the command, or the reason why it did not start
   * @throws IOException if the input is not readable, or if the thread is interrupted
   */
  Outcome run(String address, String line, Optional<Path> input) throws IOException;

  /**
   * Returns the same connection, but it accepts any host key if the master keeps none. Use it only
   * for queries, because any machine may answer.
   */
  Ssh toWhomever();

  /**
   * Returns connections through a library in this process.
   *
   * @param folder folder with keys, {@code config} (ssh_config(5)) and {@code known_hosts} of the
   *     user, usually {@code ~/.ssh}. Keys of the agent in SSH_AUTH_SOCK are also used
   * @param limit time limit for one run; zero for no limit
   * @param keys keys that the master keeps
   */
  static Ssh library(Path folder, Duration limit, KeptKeys keys) {
    Optional<Path> agent = Optional.ofNullable(System.getenv("SSH_AUTH_SOCK")).map(Path::of);
    return new JschSsh(folder, agent, limit, keys, false);
  }

  /**
   * Returns connections through a program.
   *
   * @param program ssh(1), or a program with the same arguments
   * @param limit time limit for one run; zero for no limit
   * @param keys keys that the master keeps
   */
  static Ssh program(String program, Duration limit, KeptKeys keys) {
    return new SshProgram(program, limit, keys, false);
  }
}
