package dev.diskless.ssh;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The way to nodes: SSH-2 (RFC 4251), as root, with the key of members and the keys of whoever
 * asks. No password is ever asked for. May be used by many threads.
 */
public interface Ssh {

  /**
   * Runs a command line with the node's shell. The host key must be the one that is {@link KeptKeys
   * known}.
   *
   * @param input a file that it reads; nothing where empty
   * @return how it ended, or why it never began
   * @throws IOException if the input cannot be read, or this thread is interrupted
   */
  Outcome run(String address, String line, Optional<Path> input) throws IOException;

  /**
   * The same way, that takes any host key where the master keeps none. For questions only: who
   * answers may be anybody.
   */
  Ssh toWhomever();

  /**
   * By a library, in this process.
   *
   * @param folder with keys, {@code config} (ssh_config(5)) and {@code known_hosts} of whoever
   *     asks; commonly {@code ~/.ssh}. The agent that SSH_AUTH_SOCK names is asked, too
   * @param limit for the whole of one run; none where it is zero
   */
  static Ssh library(Path folder, Duration limit, KeptKeys keys) {
    Optional<Path> agent = Optional.ofNullable(System.getenv("SSH_AUTH_SOCK")).map(Path::of);
    return new JschSsh(folder, agent, limit, keys, false);
  }

  /**
   * By a program.
   *
   * @param program ssh(1), or what takes its arguments
   * @param limit for the whole of one run; none where it is zero
   */
  static Ssh program(String program, Duration limit, KeptKeys keys) {
    return new SshProgram(program, limit, keys, false);
  }
}
