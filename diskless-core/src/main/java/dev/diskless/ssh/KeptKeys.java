package dev.diskless.ssh;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * SSH keys that a master keeps for its nodes. Without host keys of its own, the caller's {@code
 * known_hosts} applies.
 *
 * @param hosts file with the host keys of nodes, in the format of sshd(8), SSH_KNOWN_HOSTS FILE
 *     FORMAT; may be absent
 * @param members private key with which members log in to each other as root; may be absent
 */
public record KeptKeys(Path hosts, Path members) {

  /**
   * Returns whether the master keeps host keys. A file that the user cannot read counts as
   * existing, so that the user must not accept any host key.
   */
  boolean areHostsKept() {
    Path folder = hosts.getParent();
    return Files.exists(hosts) || Files.isDirectory(folder) && !Files.isReadable(folder);
  }
}
