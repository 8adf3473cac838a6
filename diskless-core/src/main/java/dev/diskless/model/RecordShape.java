package dev.diskless.model;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;

/**
 * Components of a record type, with their keys.
 *
 * @param components in the order of the record
 * @param constructor canonical constructor of the record
 */
record RecordShape(List<Component> components, Constructor<?> constructor) {

  /** Shapes of all types, because reflection is slow. */
  private static final ClassValue<RecordShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected RecordShape computeValue(Class<?> type) {
          return shape(type);
        }
      };

  /**
   * Record whose component has the default values of {@link Key}.
   *
   * @param component component without explicit rules
   */
  private record Plain(@Key String component) {
    static final Key KEY = Plain.class.getRecordComponents()[0].getAnnotation(Key.class);
  }

  /**
   * A component of a record.
   *
   * @param name in the record
   * @param key in the descriptor
   * @param rules how it is written
   * @param isPart whether its own components belong to this record
   * @param type with its type arguments
   * @param accessor reads it from a record
   */
  record Component(String name, String key, Key rules, boolean isPart, Type type, Method accessor) {

    Object of(Record value) {
      try {
        return accessor.invoke(value);
      } catch (InvocationTargetException | IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static RecordShape of(Class<?> type) {
    return SHAPES.get(type);
  }

  private static RecordShape shape(Class<?> type) {
    RecordComponent[] all = type.getRecordComponents();
    Class<?>[] types = Arrays.stream(all).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return new RecordShape(Arrays.stream(all).map(RecordShape::component).toList(), constructor);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Component component(RecordComponent component) {
    Key rules = component.getAnnotation(Key.class);
    Method accessor = component.getAccessor();
    accessor.setAccessible(true);
    return new Component(
        component.getName(),
        rules == null || rules.value().isEmpty() ? component.getName() : rules.value(),
        rules == null ? Plain.KEY : rules,
        component.isAnnotationPresent(Part.class),
        component.getGenericType(),
        accessor);
  }

  /**
   * Returns a record with the given components.
   *
   * @throws IllegalArgumentException if the record rejects them
   */
  Record create(Object[] values) {
    try {
      return (Record) constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException wrong) {
        throw wrong;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
