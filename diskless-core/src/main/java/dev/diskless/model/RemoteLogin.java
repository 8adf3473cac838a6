package dev.diskless.model;

import java.util.Optional;

/** Program for logins to a node from other machines. */
public enum RemoteLogin implements Keyword {
  /** OpenSSH, with keys. */
  SSH("ssh", "/root/.ssh/authorized_keys"),
  /** Remote shell without encryption, for isolated networks with old systems. */
  RSH("rsh", "/root/.rhosts"),
  /** Diskless writes no configuration. */
  NONE("none", null);

  private final String keyword;
  private final String rootsFile;

  RemoteLogin(String keyword, String rootsFile) {
    this.keyword = keyword;
    this.rootsFile = rootsFile;
  }

  /** Returns the file of a node that lists who may log in as root. */
  public Optional<String> rootsFile() {
    return Optional.ofNullable(rootsFile);
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
