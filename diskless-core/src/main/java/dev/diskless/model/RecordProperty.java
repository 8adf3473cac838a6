package dev.diskless.model;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A value that a template reads from a record: a component, a method without parameters, or the
 * same of a {@link Part}. Words, addresses and durations have their plain form, and an absent value
 * is null.
 */
public final class RecordProperty {

  private static final Set<String> OF_ALL_OBJECTS = Set.of("getClass", "hashCode", "toString");

  private static final ClassValue<Map<String, Optional<RecordProperty>>> FOUND =
      new ClassValue<>() {
        @Override
        protected Map<String, Optional<RecordProperty>> computeValue(Class<?> type) {
          return new ConcurrentHashMap<>();
        }
      };

  private final List<Method> path;

  private RecordProperty(List<Method> path) {
    this.path = path;
  }

  /** Returns the property of a record type; empty if the type has no such property. */
  public static Optional<RecordProperty> find(Class<?> type, String name) {
    return FOUND.get(type).computeIfAbsent(name, n -> path(type, n).map(RecordProperty::new));
  }

  private static Optional<List<Method>> path(Class<?> type, String name) {
    try {
      Method method = type.getMethod(name);
      if (!Modifier.isStatic(method.getModifiers())
          && method.getReturnType() != void.class
          && !OF_ALL_OBJECTS.contains(name)) {
        method.setAccessible(true);
        return Optional.of(List.of(method));
      }
    } catch (NoSuchMethodException inAPart) {
      // Then a part may have it.
    }
    for (RecordShape.Component part : RecordShape.of(type).components()) {
      Class<?> partType = raw(part.type());
      if (part.isPart() && partType.isRecord()) {
        Optional<List<Method>> inPart = path(partType, name);
        if (inPart.isPresent()) {
          List<Method> all = new ArrayList<>(List.of(part.accessor()));
          all.addAll(inPart.get());
          return Optional.of(List.copyOf(all));
        }
      }
    }
    return Optional.empty();
  }

  private static Class<?> raw(Type type) {
    Type inner =
        type instanceof ParameterizedType generic ? generic.getActualTypeArguments()[0] : type;
    return inner instanceof Class<?> plain ? plain : Object.class;
  }

  /** Returns the plain value: text, a number, a boolean, a list, a map, a record, or null. */
  public Object of(Object owner) {
    Object value = owner;
    try {
      for (Method step : path) {
        value = value == null ? null : plain(step.invoke(value));
      }
      return value;
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(RecordProperty::plain).orElse(null);
    }
    if (value instanceof List<?> list) {
      return list.stream().anyMatch(item -> plain(item) != item)
          ? list.stream().map(RecordProperty::plain).toList()
          : list;
    }
    // A range of addresses has text for a file, but templates read both ends.
    return value == null || value instanceof Record || !PlainForms.has(value.getClass())
        ? value
        : PlainForms.write(value);
  }
}
