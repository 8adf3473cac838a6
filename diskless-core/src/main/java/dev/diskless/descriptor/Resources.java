package dev.diskless.descriptor;

import dev.diskless.problem.Problems;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Free-form values for templates. */
final class Resources {

  private Resources() {}

  /** The values under the key {@code resources}; a value that is not there is a problem. */
  static Map<String, Object> of(Section section, Problems problems) {
    section
        .get("resources")
        .filter(Yaml.Mapping.class::isInstance)
        .ifPresent(free -> check(free, problems));
    return section.values("resources");
  }

  private static void check(Yaml value, Problems problems) {
    if (value instanceof Yaml.Mapping mapping) {
      mapping
          .entries()
          .forEach(
              (key, entry) -> {
                if (entry.value() instanceof Yaml.Scalar scalar && scalar.value() == null) {
                  problems.error(
                      scalar.location(),
                      "the resource %s has no value".formatted(Text.quote(key)),
                      "write one, \"\" for empty text, or remove the key");
                } else {
                  check(entry.value(), problems);
                }
              });
    } else if (value instanceof Yaml.Sequence sequence) {
      for (Yaml item : sequence.items()) {
        if (item instanceof Yaml.Scalar scalar && scalar.value() == null) {
          problems.error(
              scalar.location(),
              "an item of a resource has no value",
              "write one, \"\" for empty text, or remove the item");
        } else {
          check(item, problems);
        }
      }
    }
  }

  /** One laid over the other: maps merge key by key, of anything else the upper wins. */
  static Map<String, Object> merge(Map<String, Object> lower, Map<String, Object> upper) {
    if (upper.isEmpty()) {
      return lower;
    }
    if (lower.isEmpty()) {
      return upper;
    }
    Map<String, Object> merged = new LinkedHashMap<>(lower);
    upper.forEach(
        (key, value) -> merged.merge(key, value, (below, above) -> mergeValues(below, above)));
    return Collections.unmodifiableMap(merged);
  }

  private static Object mergeValues(Object below, Object above) {
    if (!(below instanceof Map<?, ?> lower) || !(above instanceof Map<?, ?> upper)) {
      return above;
    }
    return merge(textKeys(lower), textKeys(upper));
  }

  private static Map<String, Object> textKeys(Map<?, ?> map) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((key, value) -> copy.put((String) key, value));
    return copy;
  }
}
