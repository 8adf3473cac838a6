package dev.diskless.model;

/** How one logs in to a node from afar. */
public enum RemoteLogin implements Keyword {
  /** OpenSSH, with keys. */
  SSH("ssh"),
  /** Remote shell without encryption, for closed museums. */
  RSH("rsh"),
  /** Nothing is written. */
  NONE("none");

  private final String keyword;

  RemoteLogin(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
