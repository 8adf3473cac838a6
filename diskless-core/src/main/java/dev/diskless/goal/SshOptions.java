package dev.diskless.goal;

import dev.diskless.master.MasterHost;
import dev.diskless.master.StatusRequest;
import dev.diskless.project.MasterSelection;
import dev.diskless.ssh.Ssh;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a goal connects to nodes.
 *
 * @param program ssh(1), or a program that accepts the arguments of ssh; {@code none} to query no
 *     node for a status; empty for the built-in client
 * @param seconds limit for each node; 0 for no limit
 */
public record SshOptions(Optional<String> program, int seconds) {

  /** Returns the connection to the nodes of a cluster. */
  Ssh ssh(MasterHost host) {
    Duration limit = Duration.ofSeconds(seconds);
    return program
        .map(p -> Ssh.program(p, limit, host.keys()))
        .orElseGet(
            () ->
                Ssh.library(Path.of(System.getProperty("user.home"), ".ssh"), limit, host.keys()));
  }

  /**
   * Returns how to query the status of nodes. Without a program, the goal queries nodes only if it
   * runs on the master itself, and not below another directory.
   *
   * @param hasSizes whether to measure the size of releases
   */
  StatusRequest status(MasterSelection master, MasterHost host, boolean hasSizes) {
    boolean isWanted = program.map(p -> !p.equals("none")).orElse(master.isThisMachine());
    return new StatusRequest(isWanted ? Optional.of(ssh(host)) : Optional.empty(), hasSizes);
  }
}
