package dev.diskless.ssh;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The keys that a master keeps for its nodes. Where it keeps no host keys, those hold that whoever
 * asks has in {@code known_hosts}.
 *
 * @param hosts the host keys of nodes, in the format of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; need
 *     not be there
 * @param members the private key by which members let root of each other in; need not be there
 */
public record KeptKeys(Path hosts, Path members) {

  /** Who may not look there may not take just any host key for it either. */
  boolean areHostsKept() {
    Path folder = hosts.getParent();
    return Files.exists(hosts) || Files.isDirectory(folder) && !Files.isReadable(folder);
  }
}
