package dev.diskless.master;

import dev.diskless.ssh.Ssh;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be found out.
 *
 * @param ssh the way to nodes, to ask them; nobody is asked where empty
 * @param sizes whether releases are measured, which reads the name of every file in them
 */
public record StatusRequest(Optional<Ssh> ssh, boolean sizes) {

  public StatusRequest {
    Objects.requireNonNull(ssh, "ssh");
  }
}
