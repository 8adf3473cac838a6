package dev.diskless.master;

/** Whether a node runs, as far as the master can know. */
public enum NodeState {
  /** The node answered over ssh. */
  UP("up"),
  /** The node's address answers, or reads its files over NFS, but a query over ssh fails. */
  SILENT("up, but ssh fails"),
  /** The node does not answer. It may be off, or it may run without a connection to the master. */
  UNREACHABLE("down or unreachable"),
  /** The node was not queried. */
  NOT_ASKED("not asked");

  private final String words;

  NodeState(String words) {
    this.words = words;
  }

  /** Returns the name of the state, for users and programs. */
  public String words() {
    return words;
  }
}
