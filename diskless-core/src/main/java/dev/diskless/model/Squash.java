package dev.diskless.model;

/** Users of a node that the server maps to "nobody" (exports(5)). */
public enum Squash implements Keyword {
  /** Root of the node. */
  ROOT("root", "root_squash"),
  /** No user: root of the node is root on the server. */
  NONE("none", "no_root_squash"),
  /** All users. */
  ALL("all", "all_squash");

  private final String keyword;
  private final String option;

  Squash(String keyword, String option) {
    this.keyword = keyword;
    this.option = option;
  }

  @Override
  public String keyword() {
    return keyword;
  }

  /** Returns the option of exports(5). */
  String option() {
    return option;
  }
}
