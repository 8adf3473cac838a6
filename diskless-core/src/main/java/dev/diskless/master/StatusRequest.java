package dev.diskless.master;

import dev.diskless.ssh.Ssh;
import java.util.Objects;
import java.util.Optional;

/**
 * Options of a status query.
 *
 * @param ssh connection to the nodes; if empty, no node is queried
 * @param sizes whether to measure releases, which reads the names of all their files
 */
public record StatusRequest(Optional<Ssh> ssh, boolean sizes) {

  public StatusRequest {
    Objects.requireNonNull(ssh, "ssh");
  }
}
