package dev.diskless.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The model as {@code META-INF/diskless/cluster.json}, with inheritance and ranges resolved. The
 * keys are those of the descriptor. Contents of secrets are in neither file.
 */
public final class ClusterJson {

  private static final String MASTER = "master";
  private static final String MASTERS = "masters";

  private ClusterJson() {}

  /** Returns the plain values of a cluster: text, numbers, booleans, lists and maps. */
  public static Map<String, Object> values(Cluster cluster) {
    Map<String, Object> values = RecordValues.write(cluster);
    List<Map<String, Object>> masters = new ArrayList<>();
    for (Master master : cluster.masters()) {
      Map<String, Object> each = RecordValues.write(master);
      cluster.address6(master.address()).ifPresent(a -> each.put("address6", a.toString()));
      masters.add(each);
    }
    if (cluster.hasOneMaster()) {
      values.remove(MASTERS);
      values.put(MASTER, masters.get(0));
      ((List<?>) values.get("networks")).forEach(n -> ((Map<?, ?>) n).remove(MASTER));
    } else {
      values.put(MASTERS, masters);
    }
    return values;
  }

  /**
   * Returns the cluster of a {@code cluster.json}. Keys that the version which wrote the file did
   * not know have their defaults.
   *
   * @throws IllegalArgumentException if the text is not valid JSON or not a valid cluster
   */
  public static Cluster read(String json) {
    try {
      Map<?, ?> all = JsonMapper.shared().readValue(json, Map.class);
      if (all == null) {
        throw new IllegalArgumentException("not a valid cluster: null");
      }
      Map<String, Object> values = new LinkedHashMap<>();
      all.forEach((key, value) -> values.put((String) key, value));
      if (values.containsKey(MASTER)) {
        values.put(MASTERS, List.of(values.remove(MASTER)));
      }
      return RecordValues.read(Cluster.class, values);
    } catch (JacksonException | ClassCastException e) {
      throw new IllegalArgumentException("not a valid cluster: " + e.getMessage(), e);
    }
  }
}
