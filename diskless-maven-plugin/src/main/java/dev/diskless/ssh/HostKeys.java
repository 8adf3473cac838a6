package dev.diskless.ssh;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The host keys that a master keeps for its nodes. Where it keeps none, those hold that whoever
 * asks has in {@code known_hosts}.
 *
 * @param kept in the format of sshd(8), SSH_KNOWN_HOSTS FILE FORMAT; need not be there
 */
public record HostKeys(Path kept) {

  /** Who may not look there may not take just any host key for it either. */
  boolean areKept() {
    Path folder = kept.getParent();
    return Files.exists(kept) || Files.isDirectory(folder) && !Files.isReadable(folder);
  }
}
