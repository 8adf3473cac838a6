package dev.diskless.testing;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.problem.Location;
import java.util.List;
import java.util.Map;

/** Descriptors for tests, built without a file. */
public final class Descriptors {

  private Descriptors() {}

  /** Returns the descriptor of a cluster, with a place in cluster.yaml for one key of a group. */
  public static Descriptor of(Cluster cluster, Group group, String key) {
    return new Descriptor(
        cluster,
        List.of(),
        List.of(),
        Map.of(),
        Map.of(group.name(), Map.of(key, Location.of("cluster.yaml"))));
  }
}
