package dev.diskless.template;

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
 * What templates may touch: the values made for them, text, numbers, lists and maps. Everything
 * else, classes above all, has no properties and no methods for a template; in strict mode, asking
 * for one is an error. Velocity makes it, by name.
 */
public final class TemplateUberspect extends SecureUberspector {

  @Override
  public Iterator<?> getIterator(Object subject, Info info) {
    return isOpen(subject) ? super.getIterator(subject, info) : null;
  }

  @Override
  public VelMethod getMethod(Object subject, String name, Object[] arguments, Info info) {
    return isOpen(subject) && !name.equals("getClass")
        ? super.getMethod(subject, name, arguments, info)
        : null;
  }

  @Override
  public VelPropertyGet getPropertyGet(Object subject, String name, Info info) {
    // A map's own key "class" is a value like any other.
    return isOpen(subject) && (!name.equals("class") || subject instanceof Map)
        ? super.getPropertyGet(subject, name, info)
        : null;
  }

  @Override
  public VelPropertySet getPropertySet(Object subject, String name, Object value, Info info) {
    return null;
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
