package dev.diskless.model;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;

/**
 * A key of a record with a single value: a word, a text, or true or false.
 *
 * @param name key in the descriptor
 * @param type of the component
 */
public record ScalarKey(String name, Class<?> type) {

  /** Returns the keys of a record and of its parts that have a single value. */
  public static List<ScalarKey> of(Class<? extends Record> type) {
    List<ScalarKey> keys = new ArrayList<>();
    add(type, keys);
    return List.copyOf(keys);
  }

  private static void add(Class<?> record, List<ScalarKey> keys) {
    for (RecordShape.Component component : RecordShape.of(record).components()) {
      Type type = component.type();
      if (type instanceof ParameterizedType generic
          && generic.getActualTypeArguments().length == 1) {
        type =
            generic.getRawType() == List.class ? List.class : generic.getActualTypeArguments()[0];
      }
      if (type instanceof Class<?> single) {
        if (component.isPart() && single.isRecord()) {
          add(single, keys);
        } else if (single == String.class || single == boolean.class || single.isEnum()) {
          keys.add(new ScalarKey(component.key(), single));
        }
      }
    }
  }

  /** Whether a value of the descriptor is valid for this key. */
  public boolean accepts(Object value) {
    if (type == boolean.class) {
      return value instanceof Boolean;
    }
    if (!type.isEnum()) {
      return value instanceof String;
    }
    try {
      return PlainForms.read(type, value) != null;
    } catch (IllegalArgumentException notAWord) {
      return false;
    }
  }
}
