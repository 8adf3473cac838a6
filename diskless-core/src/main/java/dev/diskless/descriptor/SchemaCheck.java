package dev.diskless.descriptor;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.harrel.jsonschema.Error;
import dev.harrel.jsonschema.Evaluator;
import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.SchemaParsingContext;
import dev.harrel.jsonschema.Validator;
import dev.harrel.jsonschema.ValidatorFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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
      Set.of("pattern", "minProperties", "minLength", "minimum", "maximum");

  /** Only an image has a highest number of keys, and its reader names the two that collide. */
  private static final String TOO_MANY_KEYS = "maxProperties";

  private static final String TYPE = "type";

  /** A dollar sign that is not escaped. */
  private static final Pattern LINE_END = Pattern.compile("(?<!\\\\)\\$");

  /**
   * @param certain the kind of mistake that nothing else looks for
   * @param form what a value should look like; to be told only where nothing else is said of the
   *     place
   */
  record Findings(List<Problem> certain, List<Problem> form) {}

  /**
   * A value that breaks a rule.
   *
   * @param keyword the rule's name in the schema
   * @param pointer the JSON pointer of the value; for {@code required} and {@code
   *     additionalProperties} that of the mapping
   * @param rules the schema that the rule stands in
   * @param key the key that lacks or is unknown; null of all other rules
   */
  record Violation(String keyword, String pointer, Yaml rules, String key) {}

  /** Safe to share. */
  private static final Map<String, SchemaCheck> LOADED = new ConcurrentHashMap<>();

  private final Yaml schema;
  private final Validator validator;
  private final URI id;

  private SchemaCheck(Yaml schema) {
    this.schema = schema;
    // The schemas are the plugin's own: the tests hold them against their draft, once for all.
    this.validator =
        new ValidatorFactory()
            .withJsonNodeFactory(YamlNode.FACTORY)
            .withEvaluatorFactory(SchemaCheck::pattern)
            .withDisabledSchemaValidation(true)
            .createValidator();
    this.id = validator.registerSchema(YamlNode.root(schema));
  }

  /**
   * A pattern as ECMA-262 means it. The validator takes it as Java does, where a dollar sign
   * matches before the text's last line break, too.
   *
   * @return empty for every other keyword
   */
  private static Optional<Evaluator> pattern(
      SchemaParsingContext context, String keyword, JsonNode rule) {
    if (!keyword.equals("pattern") || !rule.isString()) {
      return Optional.empty();
    }
    Pattern pattern = Pattern.compile(LINE_END.matcher(rule.asString()).replaceAll("\\\\z"));
    return Optional.of(
        (validation, value) ->
            !value.isString() || pattern.matcher(value.asString()).find()
                ? Evaluator.Result.success()
                : Evaluator.Result.failure("it does not match the pattern"));
  }

  /** The check against the schema of that name among the resources. */
  static SchemaCheck of(String name) {
    return LOADED.computeIfAbsent(name, SchemaCheck::load);
  }

  private static SchemaCheck load(String name) {
    try (InputStream in = open(name)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      // JSON is YAML.
      return new SchemaCheck(
          YamlParser.parse(new SourceText(name, text), Interpolation.NONE, new Problems())
              .orElseThrow());
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
    List<Problem> certain = new ArrayList<>();
    List<Problem> form = new ArrayList<>();
    for (Violation violation : violations(document)) {
      if (!violation.keyword().equals(TOO_MANY_KEYS)) {
        (FORM.contains(violation.keyword()) ? form : certain).add(explain(violation, document));
      }
    }
    return new Findings(certain, form);
  }

  /**
   * Every rule that a document breaks. Of a value of a wrong type nothing else is said, and nothing
   * at all of one that is broken.
   */
  List<Violation> violations(Yaml document) {
    List<Violation> all = new ArrayList<>();
    Set<String> mistyped = new HashSet<>();
    for (Error error : validator.validate(id, YamlNode.root(document)).getErrors()) {
      add(error, document, all);
      if (TYPE.equals(error.getKeyword())) {
        mistyped.add(error.getInstanceLocation());
      }
    }
    all.removeIf(
        violation ->
            !violation.keyword().equals(TYPE) && mistyped.contains(violation.pointer())
                || find(document, violation.pointer()).value() instanceof Yaml.Scalar scalar
                    && scalar.broken());
    return all;
  }

  private void add(Error error, Yaml document, List<Violation> violations) {
    String pointer = error.getInstanceLocation();
    String rules = error.getSchemaLocation();
    rules = rules.substring(rules.indexOf('#') + 1);
    String keyword = error.getKeyword();
    if (keyword == null) {
      // The schema "false", at which no value is sound; it stands only where a key is unknown.
      int slash = pointer.lastIndexOf('/');
      violations.add(
          new Violation(
              rules.substring(rules.lastIndexOf('/') + 1),
              pointer.substring(0, slash),
              find(schema, rules.substring(0, rules.lastIndexOf('/'))).value(),
              decoded(pointer.substring(slash + 1))));
      return;
    }
    Yaml found = find(schema, rules).value();
    if (keyword.equals("required")) {
      Set<String> keys = ((Yaml.Mapping) find(document, pointer).value()).entries().keySet();
      for (String key : words(get(found, keyword))) {
        if (!keys.contains(key)) {
          violations.add(new Violation(keyword, pointer, found, key));
        }
      }
    } else {
      violations.add(new Violation(keyword, pointer, found, null));
    }
  }

  private static Problem explain(Violation violation, Yaml document) {
    Found found = find(document, violation.pointer());
    Yaml rules = violation.rules();
    Optional<Yaml> rule = get(rules, violation.keyword());
    return switch (violation.keyword()) {
      case "additionalProperties" -> unknownKey(violation.key(), rules, found);
      case "required" -> missingKey(violation.key(), rules, found);
      case TYPE -> wrongType(words(rule), found);
      case "enum" -> notOneOf(words(rule), found);
      case "minItems", "minProperties", "minLength" ->
          Problem.error(found.at(), found.name() + " is empty", "write at least one item");
      case "pattern" ->
          Problem.error(
              found.at(),
              "%s of %s does not have the form %s"
                  .formatted(shown(found.value()), found.name(), text(rule)),
              "correct it");
      case "minimum" ->
          Problem.error(
              found.at(),
              "%s is %s".formatted(found.name(), shown(found.value())),
              "write at least " + text(rule));
      case "maximum" ->
          Problem.error(
              found.at(),
              "%s is %s".formatted(found.name(), shown(found.value())),
              "write at most " + text(rule));
      default -> throw new IllegalStateException("a rule without words: " + violation.keyword());
    };
  }

  private static Problem unknownKey(String key, Yaml rules, Found found) {
    Location at = ((Yaml.Mapping) found.value()).entries().get(key).key();
    List<String> names =
        get(rules, "properties")
            .map(known -> List.copyOf(((Yaml.Mapping) known).entries().keySet()))
            .orElse(List.of());
    String where = found.isRoot() ? "the descriptor" : found.name();
    return Problem.error(
        at,
        "%s has no key %s".formatted(where, Text.quote(key)),
        Nearest.to(key, names)
            .map(name -> "write \"%s\"".formatted(name))
            .orElse("remove it, or write one of " + String.join(", ", names)));
  }

  private static Problem missingKey(String key, Yaml rules, Found found) {
    Yaml property = get(rules, "properties").flatMap(all -> get(all, key)).orElseThrow();
    List<String> examples = words(get(property, "examples"));
    return Problem.error(
        found.at(),
        "%s lacks the key \"%s\"".formatted(found.isRoot() ? "the descriptor" : found.name(), key),
        examples.isEmpty()
            ? "add it: " + firstSentence(text(get(property, "description")))
            : "add it, such as \"%s: %s\"".formatted(key, examples.get(0)));
  }

  private static String firstSentence(String description) {
    int end = description.indexOf('.');
    String sentence = end < 0 ? description : description.substring(0, end);
    return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
  }

  private static Problem wrongType(List<String> wanted, Found found) {
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

  private static Problem notOneOf(List<String> words, Found found) {
    String given = found.value() instanceof Yaml.Scalar scalar ? scalar.text() : "";
    return Problem.error(
        found.at(),
        "%s cannot be %s".formatted(found.name(), shown(found.value())),
        Nearest.to(given, words)
            .map(word -> "write \"%s\"".formatted(word))
            .orElse("write one of " + String.join(", ", words)));
  }

  /** What stands in a schema after a keyword. */
  private static Optional<Yaml> get(Yaml rules, String keyword) {
    return Optional.ofNullable(((Yaml.Mapping) rules).entries().get(keyword))
        .map(Yaml.Entry::value);
  }

  private static String text(Optional<Yaml> rule) {
    return ((Yaml.Scalar) rule.orElseThrow()).text();
  }

  /** Of a list of texts, or of one text; other items are left out. */
  private static List<String> words(Optional<Yaml> rule) {
    List<String> words = new ArrayList<>();
    if (rule.orElse(null) instanceof Yaml.Sequence several) {
      for (Yaml item : several.items()) {
        if (item instanceof Yaml.Scalar scalar && scalar.value() instanceof String word) {
          words.add(word);
        }
      }
    } else if (rule.orElse(null) instanceof Yaml.Scalar one) {
      words.add(one.text());
    }
    return words;
  }

  private record Found(Yaml value, Location at, String name, boolean isItem) {
    boolean isRoot() {
      return name.isEmpty();
    }
  }

  /**
   * @param pointer a JSON pointer (RFC 6901) to a value that is there
   */
  private static Found find(Yaml document, String pointer) {
    Yaml value = document;
    StringBuilder name = new StringBuilder();
    boolean isItem = false;
    for (int start = 1; start <= pointer.length(); ) {
      int end = pointer.indexOf('/', start);
      end = end < 0 ? pointer.length() : end;
      String step = decoded(pointer.substring(start, end));
      isItem = value instanceof Yaml.Sequence;
      if (value instanceof Yaml.Sequence sequence) {
        int index = Integer.parseInt(step);
        value = sequence.items().get(index);
        name.append('[').append(index + 1).append(']');
      } else {
        value = ((Yaml.Mapping) value).entries().get(step).value();
        name.append(name.isEmpty() ? "" : ".").append(Text.bare(step));
      }
      start = end + 1;
    }
    return new Found(value, value.location(), name.toString(), isItem);
  }

  private static String decoded(String step) {
    return step.replace("~1", "/").replace("~0", "~");
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
}
