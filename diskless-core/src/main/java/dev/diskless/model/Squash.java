package dev.diskless.model;

/** Users of a node that the server maps to "nobody" (exports(5)). */
public enum Squash implements Keyword {
  /** Root of the node. */
  ROOT("root", "root_squash"),
  /** None: root of the node is root there. */
  NONE("none", "no_root_squash"),
  /** All of them, whoever writes. */
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

  /** As exports(5) says it. */
  String option() {
    return option;
  }
}
