package dev.diskless.model;

/** Permission of a node for a mounted file system. */
public enum Access implements Keyword {
  /** Read. */
  READ_ONLY("ro"),
  /** Read and write. */
  READ_WRITE("rw");

  private final String keyword;

  Access(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
