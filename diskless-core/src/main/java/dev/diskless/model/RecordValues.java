package dev.diskless.model;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes records as maps of plain values (text, numbers, booleans, lists and maps) and reads them
 * back. The keys are those of the descriptor; {@link Key} and {@link Part} describe exceptions. A
 * component that is absent has no key.
 */
final class RecordValues {

  private static final String NAME = "name";

  /** Records that were read and have a name, for components that only name them. */
  private final Map<Class<?>, Map<Object, Record>> named = new HashMap<>();

  private RecordValues() {}

  /** Returns the plain values of a record. */
  static Map<String, Object> write(Record written) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (RecordShape.Component component : RecordShape.of(written.getClass()).components()) {
      Object value = component.of(written);
      if (value instanceof Optional<?> optional) {
        value = optional.orElse(null);
      }
      if (value == null) {
        continue;
      }
      Object plain = write(component, value);
      if (component.isPart()) {
        ((Map<?, ?>) plain).forEach((key, each) -> values.put((String) key, each));
      } else if (!isOmitted(component, value, plain)) {
        values.put(component.key(), plain);
      }
    }
    return values;
  }

  private static boolean isOmitted(RecordShape.Component component, Object value, Object plain) {
    boolean isEmpty =
        plain instanceof Map<?, ?> map && map.isEmpty()
            || plain instanceof List<?> list && list.isEmpty();
    return isEmpty && (component.rules().omitEmpty() || value instanceof Record);
  }

  private static Object write(RecordShape.Component component, Object value) {
    if (component.rules().reference()) {
      return write((Record) value).get(NAME);
    }
    if (component.rules().byName()) {
      Map<String, Object> byName = new LinkedHashMap<>();
      for (Object each : (List<?>) value) {
        Map<String, Object> values = write((Record) each);
        byName.put((String) values.remove(NAME), values);
      }
      return byName;
    }
    return value instanceof Number number ? component.rules().form().write(number) : plain(value);
  }

  private static Object plain(Object value) {
    if (PlainForms.has(value.getClass())) {
      return PlainForms.write(value);
    }
    if (value instanceof Record nested) {
      return write(nested);
    }
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>();
      list.forEach(item -> items.add(item == null ? null : plain(item)));
      return items;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> entries = new LinkedHashMap<>();
      map.forEach((key, each) -> entries.put((String) key, each == null ? null : plain(each)));
      return entries;
    }
    return value;
  }

  /**
   * Returns the record with these values. A value can also have the type of the component itself.
   * Unknown keys are ignored, because later versions can have more.
   *
   * @throws IllegalArgumentException if a required key is missing or a value is not valid
   */
  static <R extends Record> R read(Class<R> type, Map<String, ?> values) {
    return type.cast(new RecordValues().record(type, values));
  }

  private Record record(Class<?> type, Map<String, ?> values) {
    RecordShape shape = RecordShape.of(type);
    Object[] components = new Object[shape.components().size()];
    for (int i = 0; i < components.length; i++) {
      RecordShape.Component component = shape.components().get(i);
      components[i] =
          component.isPart()
              ? part(component, values)
              : value(component, component.type(), values.get(component.key()));
    }
    Record made = shape.create(components);
    if (values.get(NAME) instanceof String name) {
      named.computeIfAbsent(type, t -> new HashMap<>()).put(name, made);
    }
    return made;
  }

  private Object part(RecordShape.Component component, Map<String, ?> values) {
    boolean isOptional = component.type() instanceof ParameterizedType;
    Class<?> type = isOptional ? argument(component.type(), 0) : (Class<?>) component.type();
    if (PlainForms.has(type)) {
      return PlainForms.read(type, values);
    }
    if (!isOptional) {
      return record(type, values);
    }
    String first = RecordShape.of(type).components().get(0).key();
    return values.containsKey(first) ? Optional.of(record(type, values)) : Optional.empty();
  }

  private Object value(RecordShape.Component component, Type type, Object given) {
    Class<?> raw = raw(type);
    String standard = component.rules().defaultsTo();
    if (given == null && raw == Optional.class) {
      return Optional.empty();
    }
    if (given == null && raw == List.class) {
      return List.of();
    }
    if (given == null && (raw == Map.class || raw.isRecord() && !PlainForms.has(raw))) {
      return raw == Map.class ? Map.of() : record(raw, Map.of());
    }
    if (given == null && standard.isEmpty()) {
      throw new IllegalArgumentException("the key " + component.key() + " is missing");
    }
    Object plain =
        given != null ? given : raw == boolean.class ? (Object) standard.equals("true") : standard;
    if (raw == Optional.class) {
      return plain instanceof Optional<?>
          ? plain
          : Optional.of(value(component, argument(type), plain));
    }
    if (raw == List.class) {
      return list(component, argument(type), plain);
    }
    if (raw == Map.class) {
      return map(component, type, plain);
    }
    return single(component, raw, plain);
  }

  private Object single(RecordShape.Component component, Class<?> type, Object plain) {
    if (component.rules().reference() && plain instanceof String) {
      return Optional.ofNullable(named.getOrDefault(type, Map.of()).get(plain))
          .orElseThrow(() -> wrong(component, plain));
    }
    if (type.isInstance(plain)) {
      return plain;
    }
    if (type == boolean.class && plain instanceof Boolean) {
      return plain;
    }
    if (type == int.class || type == Integer.class) {
      return Math.toIntExact(component.rules().form().read(plain).longValue());
    }
    if (type == long.class || type == Long.class) {
      return component.rules().form().read(plain).longValue();
    }
    if (PlainForms.has(type)) {
      return PlainForms.read(type, plain);
    }
    if (type.isRecord() && plain instanceof Map<?, ?> values) {
      return record(type, keyed(values));
    }
    throw wrong(component, plain);
  }

  private List<?> list(RecordShape.Component component, Type item, Object plain) {
    List<Object> items = new ArrayList<>();
    if (component.rules().byName() && plain instanceof Map<?, ?> byName) {
      byName.forEach(
          (name, values) -> {
            if (!(values instanceof Map<?, ?> map)) {
              throw wrong(component, values);
            }
            Map<String, Object> all = new LinkedHashMap<>(keyed(map));
            all.put(NAME, name);
            items.add(record(raw(item), all));
          });
    } else if (plain instanceof List<?> list) {
      list.forEach(each -> items.add(value(component, item, each)));
    } else {
      throw wrong(component, plain);
    }
    return items;
  }

  private Map<String, ?> map(RecordShape.Component component, Type type, Object plain) {
    if (!(plain instanceof Map<?, ?> map)) {
      throw wrong(component, plain);
    }
    Type each = ((ParameterizedType) type).getActualTypeArguments()[1];
    if (each == Object.class) {
      return keyed(map);
    }
    Map<String, Object> entries = new LinkedHashMap<>();
    map.forEach((key, value) -> entries.put((String) key, value(component, each, value)));
    return entries;
  }

  @SuppressWarnings("unchecked") // JSON and YAML have text as keys only.
  private static Map<String, Object> keyed(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }

  private static IllegalArgumentException wrong(RecordShape.Component component, Object plain) {
    return new IllegalArgumentException(
        "the value of %s is not valid: %s".formatted(component.key(), plain));
  }

  private static Class<?> raw(Type type) {
    return type instanceof ParameterizedType generic
        ? (Class<?>) generic.getRawType()
        : (Class<?>) type;
  }

  private static Type argument(Type type) {
    return ((ParameterizedType) type).getActualTypeArguments()[0];
  }

  private static Class<?> argument(Type type, int index) {
    return (Class<?>) ((ParameterizedType) type).getActualTypeArguments()[index];
  }
}
