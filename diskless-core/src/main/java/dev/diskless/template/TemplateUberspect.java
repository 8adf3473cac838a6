package dev.diskless.template;

import dev.diskless.model.RecordProperty;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.apache.velocity.runtime.directive.Scope;
import org.apache.velocity.util.introspection.Info;
import org.apache.velocity.util.introspection.SecureUberspector;
import org.apache.velocity.util.introspection.VelMethod;
import org.apache.velocity.util.introspection.VelPropertyGet;
import org.apache.velocity.util.introspection.VelPropertySet;

/**
 * Access of templates to Java objects. Templates may use their variables, text, numbers, lists and
 * maps. Other objects, such as classes, have no properties or methods for a template, and strict
 * mode reports an error. Velocity creates the instance by the name of this class.
 */
public final class TemplateUberspect extends SecureUberspector {

  @Override
  public Iterator<?> getIterator(Object subject, Info info) {
    return isOpen(subject) ? super.getIterator(subject, info) : null;
  }

  @Override
  public VelMethod getMethod(Object subject, String name, Object[] arguments, Info info) {
    if (subject instanceof Record) {
      return arguments.length == 0 ? property(subject, name) : null;
    }
    return isOpen(subject) && !name.equals("getClass")
        ? super.getMethod(subject, name, arguments, info)
        : null;
  }

  @Override
  public VelPropertyGet getPropertyGet(Object subject, String name, Info info) {
    if (subject instanceof Record) {
      return property(subject, name);
    }
    // A map's own key "class" is a value like any other.
    return isOpen(subject) && (!name.equals("class") || subject instanceof Map)
        ? super.getPropertyGet(subject, name, info)
        : null;
  }

  @Override
  public VelPropertySet getPropertySet(Object subject, String name, Object value, Info info) {
    return null;
  }

  /** Returns a property of a record of this project; null for other records and properties. */
  private static Property property(Object subject, String name) {
    return isOpen(subject)
        ? RecordProperty.find(subject.getClass(), name)
            .map(found -> new Property(name, found))
            .orElse(null)
        : null;
  }

  /**
   * Access to a property, which templates write as {@code $node.name} or {@code $node.name()}.
   *
   * @param name name of the property in the template
   * @param property property of the record
   */
  private record Property(String name, RecordProperty property)
      implements VelPropertyGet, VelMethod {

    @Override
    public Object invoke(Object subject) {
      return property.of(subject);
    }

    @Override
    public Object invoke(Object subject, Object[] arguments) {
      return property.of(subject);
    }

    @Override
    public boolean isCacheable() {
      return true;
    }

    @Override
    public String getMethodName() {
      return name;
    }

    @Override
    public Method getMethod() {
      return null;
    }

    @Override
    public Class<?> getReturnType() {
      return Object.class;
    }
  }

  private static boolean isOpen(Object subject) {
    return subject instanceof String
        || subject instanceof Number
        || subject instanceof Boolean
        || subject instanceof Collection
        || subject instanceof Map
        || subject instanceof Map.Entry
        || subject instanceof Scope
        || subject instanceof TemplateText
        || subject instanceof Record && subject.getClass().getName().startsWith("dev.diskless.");
  }
}
