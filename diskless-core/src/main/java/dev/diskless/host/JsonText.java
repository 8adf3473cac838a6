package dev.diskless.host;

import java.io.StringWriter;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * Writes values as indented JSON (RFC 8259) with a line end. Jackson's databind is not used because
 * loading it takes longer than writing the few lines of a bundle.
 */
public final class JsonText {

  private JsonText() {}

  /**
   * Returns a value as JSON, with keys in the order of the maps.
   *
   * @param value a map with strings as keys, a list, a string, a number of a type that YAML has, a
   *     boolean, or null. Maps and lists contain only these types.
   */
  public static String of(Object value) {
    return text(value, UnaryOperator.identity());
  }

  /** Returns a value as JSON, with sorted keys, so that equal values give equal bytes. */
  public static String sorted(Object value) {
    return text(value, TreeMap::new);
  }

  private static String text(Object value, UnaryOperator<Map<?, ?>> order) {
    StringWriter text = new StringWriter();
    ObjectWriteContext indented =
        new ObjectWriteContext.Base() {
          @Override
          public PrettyPrinter getPrettyPrinter() {
            return new DefaultPrettyPrinter();
          }

          @Override
          public boolean hasPrettyPrinter() {
            return true;
          }
        };
    try (JsonGenerator json = new JsonFactory().createGenerator(indented, text)) {
      write(value, order, json);
    }
    return text.append('\n').toString();
  }

  private static void write(Object value, UnaryOperator<Map<?, ?>> order, JsonGenerator json) {
    if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : order.apply(map).entrySet()) {
        json.writeName((String) entry.getKey());
        write(entry.getValue(), order, json);
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> list) {
      json.writeStartArray();
      for (Object item : list) {
        write(item, order, json);
      }
      json.writeEndArray();
    } else if (value == null) {
      json.writeNull();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof BigInteger number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else {
      throw new IllegalArgumentException("no value of JSON: " + value.getClass());
    }
  }
}
