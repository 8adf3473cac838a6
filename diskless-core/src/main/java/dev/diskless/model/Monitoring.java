package dev.diskless.model;

import inet.ipaddr.IPAddress;
import java.util.List;
import java.util.Objects;

/**
 * Collection of values of the nodes over time, and who may see them.
 *
 * @param with program that collects the values
 * @param viewers networks whose machines may open the page of the cluster, as prefix blocks; the
 *     master itself always may
 * @param openToNodes whether viewers may be in networks of nodes. Otherwise, machines in these
 *     networks cannot open the page, even if a network of viewers contains them
 */
public record Monitoring(
    Collector with,
    @Key(omitEmpty = true) List<IPAddress> viewers,
    @Key(defaultsTo = "false") boolean openToNodes) {

  /** No collection. */
  public static final Monitoring NONE = of(Collector.NONE);

  public Monitoring {
    Objects.requireNonNull(with, "with");
    viewers = List.copyOf(viewers);
    if (viewers.stream().anyMatch(v -> !v.isPrefixBlock())) {
      throw new IllegalArgumentException("not networks: " + viewers);
    }
  }

  /** Returns the collection by a program, with the page only for the master itself. */
  public static Monitoring of(Collector with) {
    return new Monitoring(with, List.of(), false);
  }

  /** Whether Prometheus collects the values. */
  public boolean hasPrometheus() {
    return with == Collector.PROMETHEUS;
  }
}
