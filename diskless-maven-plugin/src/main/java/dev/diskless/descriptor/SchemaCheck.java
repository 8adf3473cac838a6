package dev.diskless.descriptor;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds a document against a JSON Schema, and tells what the validator finds in the words of a user
 * of YAML, at the place in the file.
 */
final class SchemaCheck {

  /**
   * What the schema knows of a value's form. The checks of the reader know more of it and say it
   * better, so that these are told only where they are silent.
   */
  private static final Set<String> FORM =
      Set.of("pattern", "minProperties", "minLength", "minimum");

  /** Only an image has a highest number of keys, and its reader names the two that collide. */
  private static final String TOO_MANY_KEYS = "maxProperties";

  /**
   * @param certain the kind of mistake that nothing else looks for
   * @param form what a value should look like; to be told only where nothing else is said of the
   *     place
   */
  record Findings(List<Problem> certain, List<Problem> form) {}

  /** A schema costs some 300 ms to load the first time, and is safe to share. */
  private static final Map<String, SchemaCheck> LOADED = new ConcurrentHashMap<>();

  private final Schema schema;

  private SchemaCheck(Schema schema) {
    this.schema = schema;
  }

  /** The check against the schema of that name among the resources. */
  static SchemaCheck of(String name) {
    return LOADED.computeIfAbsent(name, SchemaCheck::load);
  }

  private static SchemaCheck load(String name) {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    try (InputStream in = open(name)) {
      return new SchemaCheck(registry.getSchema(in, InputFormat.JSON));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static InputStream open(String name) {
    InputStream in = SchemaCheck.class.getResourceAsStream("/dev/diskless/schema/" + name);
    if (in == null) {
      throw new IllegalStateException("not in the jar: " + name);
    }
    return in;
  }

  Findings check(Yaml document) {
    List<Error> errors = schema.validate(json(document));
    Set<String> mistyped =
        errors.stream()
            .filter(e -> e.getKeyword().equals("type"))
            .map(e -> e.getInstanceLocation().toString())
            .collect(Collectors.toSet());
    List<Problem> certain = new ArrayList<>();
    List<Problem> form = new ArrayList<>();
    for (Error error : errors) {
      boolean isType = error.getKeyword().equals("type");
      Yaml value = find(document, error.getInstanceLocation()).value();
      if (error.getKeyword().equals(TOO_MANY_KEYS)
          || value instanceof Yaml.Scalar scalar && scalar.broken()) {
        continue;
      }
      if (isType || !mistyped.contains(error.getInstanceLocation().toString())) {
        (FORM.contains(error.getKeyword()) ? form : certain).add(explain(error, document));
      }
    }
    return new Findings(certain, form);
  }

  private Problem explain(Error error, Yaml document) {
    Found found = find(document, error.getInstanceLocation());
    return switch (error.getKeyword()) {
      case "additionalProperties" -> unknownKey(error, found);
      case "required" -> missingKey(error, found);
      case "type" -> wrongType(error, found);
      case "enum" -> notOneOf(error, found);
      case "minItems", "minProperties", "minLength" ->
          Problem.error(found.at(), found.name() + " is empty", "write at least one item");
      case "pattern" ->
          Problem.error(
              found.at(),
              "%s of %s does not have the form %s"
                  .formatted(shown(found.value()), found.name(), error.getSchemaNode().asString()),
              "correct it");
      default -> Problem.error(found.at(), found.name() + " " + error.getMessage(), "correct it");
    };
  }

  private Problem unknownKey(Error error, Found found) {
    String key = error.getProperty();
    Location at = ((Yaml.Mapping) found.value()).entries().get(key).key();
    JsonNode known = subschema(error).path("properties");
    List<String> names = new ArrayList<>(known.propertyNames());
    String where = found.isRoot() ? "the descriptor" : found.name();
    return Problem.error(
        at,
        "%s has no key %s".formatted(where, Text.quote(key)),
        Nearest.to(key, names)
            .map(name -> "write \"%s\"".formatted(name))
            .orElse("remove it, or write one of " + String.join(", ", names)));
  }

  private Problem missingKey(Error error, Found found) {
    String key = error.getProperty();
    JsonNode property = subschema(error).path("properties").path(key);
    JsonNode example = property.path("examples").path(0);
    return Problem.error(
        found.at(),
        "%s lacks the key \"%s\"".formatted(found.isRoot() ? "the descriptor" : found.name(), key),
        example.isString()
            ? "add it, such as \"%s: %s\"".formatted(key, example.asString())
            : "add it: " + firstSentence(property.path("description").asString()));
  }

  private static String firstSentence(String description) {
    int end = description.indexOf('.');
    String sentence = end < 0 ? description : description.substring(0, end);
    return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
  }

  private Problem wrongType(Error error, Found found) {
    List<String> wanted = new ArrayList<>();
    JsonNode types = error.getSchemaNode();
    if (types.isArray()) {
      types.forEach(type -> wanted.add(type.asString()));
    } else {
      wanted.add(types.asString());
    }
    String expected =
        wanted.stream().map(SchemaCheck::typeInWords).collect(Collectors.joining(" or "));
    String name = found.isRoot() ? "the descriptor" : found.name();
    if (found.value() instanceof Yaml.Scalar scalar && scalar.value() == null) {
      return Problem.error(
          found.at(),
          name + " has no value",
          found.isItem()
              ? "write %s, or remove the item".formatted(expected)
              : "write %s, or remove the key".formatted(expected));
    }
    return Problem.error(
        found.at(),
        "%s is %s, not %s".formatted(name, typeInWords(found.value()), expected),
        remedy(found, wanted));
  }

  private static String remedy(Found found, List<String> wanted) {
    if (found.value() instanceof Yaml.Scalar scalar) {
      if (wanted.contains("integer") && scalar.value() instanceof Double) {
        return "write a whole number";
      }
      if (wanted.contains("string")) {
        return "put it in quotes, " + Text.quote(scalar.text());
      }
      if (wanted.contains("array")) {
        return "write it as a list, [%s]".formatted(shown(scalar));
      }
    }
    if (wanted.contains("array")) {
      return "begin each item with \"- \"";
    }
    return wanted.contains("object")
        ? "write it as lines of \"key: value\""
        : "write one value after the colon";
  }

  private Problem notOneOf(Error error, Found found) {
    List<String> words = new ArrayList<>();
    error.getSchemaNode().forEach(word -> words.add(word.asString()));
    String given = found.value() instanceof Yaml.Scalar scalar ? scalar.text() : "";
    return Problem.error(
        found.at(),
        "%s cannot be %s".formatted(found.name(), shown(found.value())),
        Nearest.to(given, words)
            .map(word -> "write \"%s\"".formatted(word))
            .orElse("write one of " + String.join(", ", words)));
  }

  /** The schema object that the failed keyword stands in. */
  private JsonNode subschema(Error error) {
    NodePath fragment = error.getSchemaLocation().getFragment();
    JsonNode at = schema.getSchemaNode();
    for (int i = 0; i < fragment.getNameCount() - 1; i++) {
      at = at.path(fragment.getName(i));
    }
    return at;
  }

  private record Found(Yaml value, Location at, String name, boolean isItem) {
    boolean isRoot() {
      return name.isEmpty();
    }
  }

  private static Found find(Yaml document, NodePath path) {
    Yaml value = document;
    StringBuilder name = new StringBuilder();
    boolean isItem = false;
    for (int i = 0; i < path.getNameCount(); i++) {
      Object step = path.getElement(i);
      if (value instanceof Yaml.Sequence sequence) {
        int index = Integer.parseInt(step.toString());
        value = sequence.items().get(index);
        name.append('[').append(index + 1).append(']');
        isItem = true;
      } else {
        value = ((Yaml.Mapping) value).entries().get(step.toString()).value();
        name.append(name.isEmpty() ? "" : ".").append(Text.bare(step.toString()));
        isItem = false;
      }
    }
    return new Found(value, value.location(), name.toString(), isItem);
  }

  private static String shown(Yaml value) {
    return value instanceof Yaml.Scalar scalar ? Text.quote(scalar.text()) : typeInWords(value);
  }

  private static String typeInWords(String type) {
    return switch (type) {
      case "string" -> "text";
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "boolean" -> "true or false";
      case "array" -> "a list";
      case "object" -> "a block of keys";
      default -> type;
    };
  }

  private static String typeInWords(Yaml value) {
    if (value instanceof Yaml.Sequence) {
      return "a list";
    }
    if (value instanceof Yaml.Scalar scalar) {
      if (scalar.value() == null) {
        return "nothing";
      }
      if (scalar.value() instanceof Boolean) {
        return "true or false";
      }
      if (scalar.value() instanceof Double) {
        return "a number with a fraction";
      }
      return scalar.value() instanceof Number ? "a number" : "text";
    }
    return "a block of keys";
  }

  private static JsonNode json(Yaml value) {
    JsonNodeFactory factory = JsonNodeFactory.instance;
    if (value instanceof Yaml.Sequence sequence) {
      ArrayNode array = factory.arrayNode(sequence.items().size());
      sequence.items().forEach(item -> array.add(json(item)));
      return array;
    }
    if (value instanceof Yaml.Mapping mapping) {
      ObjectNode object = factory.objectNode();
      for (Map.Entry<String, Yaml.Entry> entry : mapping.entries().entrySet()) {
        object.set(entry.getKey(), json(entry.getValue().value()));
      }
      return object;
    }
    Yaml.Scalar scalar = (Yaml.Scalar) value;
    if (scalar.broken()) {
      return factory.stringNode(scalar.text());
    }
    Object plain = scalar.value();
    if (plain == null) {
      return factory.nullNode();
    } else if (plain instanceof Boolean flag) {
      return factory.booleanNode(flag);
    } else if (plain instanceof Integer number) {
      return factory.numberNode(number);
    } else if (plain instanceof Long number) {
      return factory.numberNode(number);
    } else if (plain instanceof BigInteger number) {
      return factory.numberNode(number);
    } else if (plain instanceof Double number) {
      return factory.numberNode(number);
    }
    return factory.stringNode((String) plain);
  }
}
