package dev.diskless.model;

import java.util.Optional;

/** How one logs in to a node from afar. */
public enum RemoteLogin implements Keyword {
  /** OpenSSH, with keys. */
  SSH("ssh", "/root/.ssh/authorized_keys"),
  /** Remote shell without encryption, for closed museums. */
  RSH("rsh", "/root/.rhosts"),
  /** Nothing is written. */
  NONE("none", null);

  private final String keyword;
  private final String rootsFile;

  RemoteLogin(String keyword, String rootsFile) {
    this.keyword = keyword;
    this.rootsFile = rootsFile;
  }

  /** The file of a node that says who gets in as root. */
  public Optional<String> rootsFile() {
    return Optional.ofNullable(rootsFile);
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
