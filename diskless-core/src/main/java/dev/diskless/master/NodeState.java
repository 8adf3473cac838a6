package dev.diskless.master;

/** Whether a node runs, as far as the master can know. */
public enum NodeState {
  /** It answered over ssh. */
  UP("up"),
  /**
   * Something answers at its address, or reads its files over NFS, but it does not let the master
   * ask.
   */
  SILENT("up, but ssh fails"),
  /** Nothing answers. It may be switched off, or cut off, and then still run. */
  UNREACHABLE("down or unreachable"),
  /** It was not asked. */
  NOT_ASKED("not asked");

  private final String words;

  NodeState(String words) {
    this.words = words;
  }

  /** For people and programs. */
  public String words() {
    return words;
  }
}
