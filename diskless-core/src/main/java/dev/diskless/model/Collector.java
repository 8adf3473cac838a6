package dev.diskless.model;

/** Program on the master that collects load, memory and other values of the nodes. */
public enum Collector implements Keyword {
  /** No collection. */
  NONE("none"),
  /** Prometheus on the master, and its node exporter on every node. */
  PROMETHEUS("prometheus");

  private final String keyword;

  Collector(String keyword) {
    this.keyword = keyword;
  }

  @Override
  public String keyword() {
    return keyword;
  }
}
