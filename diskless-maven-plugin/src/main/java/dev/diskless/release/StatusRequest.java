package dev.diskless.release;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be found out.
 *
 * @param ssh the program that asks nodes, ssh(1) or what stands for it; nobody is asked where empty
 * @param limit for the question to one node
 * @param sizes whether releases are measured, which reads the name of every file in them
 */
public record StatusRequest(Optional<String> ssh, Duration limit, boolean sizes) {

  public StatusRequest {
    Objects.requireNonNull(ssh, "ssh");
    Objects.requireNonNull(limit, "limit");
  }

  Optional<Ssh> asking(MasterHost host) {
    return ssh.map(program -> new Ssh(program, limit, host.knownHosts()));
  }
}
