package dev.diskless.descriptor;

import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.JsonNodeFactory;
import dev.harrel.jsonschema.SimpleType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of YAML as the validator of JSON Schema sees it. */
final class YamlNode implements JsonNode {

  /** For the validator, which is given nodes that are made already. */
  static final JsonNodeFactory FACTORY =
      new JsonNodeFactory() {
        @Override
        public JsonNode wrap(Object node) {
          return (JsonNode) node;
        }

        @Override
        public JsonNode create(String rawJson) {
          throw new UnsupportedOperationException("only values that are read already");
        }
      };

  private final Yaml value;
  private final String pointer;
  private final SimpleType type;

  /** Made when first asked for: of most values nothing inside is asked, or asked several times. */
  private List<JsonNode> items;

  private Map<String, JsonNode> properties;

  private YamlNode(Yaml value, String pointer) {
    this.value = value;
    this.pointer = pointer;
    this.type = type(value);
  }

  static YamlNode root(Yaml value) {
    return new YamlNode(value, "");
  }

  private static SimpleType type(Yaml value) {
    if (value instanceof Yaml.Mapping) {
      return SimpleType.OBJECT;
    } else if (value instanceof Yaml.Sequence) {
      return SimpleType.ARRAY;
    }
    Yaml.Scalar scalar = (Yaml.Scalar) value;
    Object plain = scalar.value();
    if (scalar.broken() || plain instanceof String) {
      return SimpleType.STRING;
    } else if (plain == null) {
      return SimpleType.NULL;
    } else if (plain instanceof Boolean) {
      return SimpleType.BOOLEAN;
    }
    // For JSON Schema 1.0 is an integer; whoever writes a count or a size so means something else.
    return plain instanceof Double ? SimpleType.NUMBER : SimpleType.INTEGER;
  }

  @Override
  public String getJsonPointer() {
    return pointer;
  }

  @Override
  public SimpleType getNodeType() {
    return type;
  }

  @Override
  public boolean asBoolean() {
    return (Boolean) scalar().value();
  }

  @Override
  public String asString() {
    return scalar().value() instanceof String text ? text : scalar().text();
  }

  @Override
  public BigInteger asInteger() {
    return asNumber().toBigInteger();
  }

  @Override
  public BigDecimal asNumber() {
    Object plain = scalar().value();
    if (plain instanceof BigInteger number) {
      return new BigDecimal(number);
    } else if (plain instanceof Double number) {
      // JSON has neither infinity nor NaN. No key takes a fraction, so that nothing is said of it
      // but its type.
      return Double.isFinite(number) ? BigDecimal.valueOf(number) : BigDecimal.ZERO;
    }
    return BigDecimal.valueOf(((Number) plain).longValue());
  }

  @Override
  public List<JsonNode> asArray() {
    if (items == null) {
      List<Yaml> values = ((Yaml.Sequence) value).items();
      List<JsonNode> nodes = new ArrayList<>(values.size());
      for (int i = 0; i < values.size(); i++) {
        nodes.add(new YamlNode(values.get(i), pointer + "/" + i));
      }
      items = Collections.unmodifiableList(nodes);
    }
    return items;
  }

  @Override
  public Map<String, JsonNode> asObject() {
    if (properties == null) {
      Map<String, JsonNode> nodes = new LinkedHashMap<>();
      for (Map.Entry<String, Yaml.Entry> entry : ((Yaml.Mapping) value).entries().entrySet()) {
        String key = entry.getKey();
        nodes.put(
            key,
            new YamlNode(
                entry.getValue().value(), pointer + "/" + JsonNode.encodeJsonPointer(key)));
      }
      properties = Collections.unmodifiableMap(nodes);
    }
    return properties;
  }

  private Yaml.Scalar scalar() {
    return (Yaml.Scalar) value;
  }
}
