package dev.diskless.descriptor;

import dev.diskless.problem.Location;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A YAML document with the place of each value; aliases, merge keys and filters already applied.
 */
sealed interface Yaml {

  /**
   * Where a user looks for it: a scalar or a flow collection itself; the key of a block collection
   * or of a value that is not there.
   */
  Location location();

  /** How many values it is made of, those behind aliases counted each time. */
  long weight();

  /**
   * @param text as written, after filtering
   * @param value null, or a Boolean, Integer, Long, BigInteger, Double or String
   * @param broken it is wrong in a way already told, and nothing more should be said of it
   */
  record Scalar(Location location, String text, Object value, boolean broken) implements Yaml {
    @Override
    public long weight() {
      return 1;
    }
  }

  /** A list. */
  record Sequence(Location location, List<Yaml> items, long weight) implements Yaml {}

  /** Keys with values, in the order written. */
  record Mapping(Location location, Map<String, Entry> entries, long weight) implements Yaml {}

  /**
   * @param key where the key stands
   * @param value what stands after it
   */
  record Entry(Location key, Yaml value) {}

  /** The bare value, as templates see it: maps, lists, text, numbers, booleans, nulls. */
  default Object plain() {
    if (this instanceof Scalar scalar) {
      return scalar.value();
    }
    if (this instanceof Sequence sequence) {
      List<Object> list = new ArrayList<>(sequence.items().size());
      sequence.items().forEach(item -> list.add(item.plain()));
      return Collections.unmodifiableList(list);
    }
    Map<String, Object> map = new LinkedHashMap<>();
    ((Mapping) this).entries().forEach((key, entry) -> map.put(key, entry.value().plain()));
    return Collections.unmodifiableMap(map);
  }
}
