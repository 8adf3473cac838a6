package dev.diskless.descriptor;

import dev.diskless.problem.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A mapping of the descriptor, read leniently: what has the wrong type is as if it were not there,
 * because the schema has told of it already.
 */
final class Section {

  static final Section EMPTY = new Section(new Yaml.Mapping(Location.of(""), Map.of(), 1));

  private final Yaml.Mapping mapping;

  Section(Yaml.Mapping mapping) {
    this.mapping = mapping;
  }

  static Optional<Section> of(Yaml value) {
    return value instanceof Yaml.Mapping mapping
        ? Optional.of(new Section(mapping))
        : Optional.empty();
  }

  Location location() {
    return mapping.location();
  }

  boolean has(String key) {
    return mapping.entries().containsKey(key);
  }

  Optional<Yaml> get(String key) {
    return Optional.ofNullable(mapping.entries().get(key)).map(Yaml.Entry::value);
  }

  /** The keys, each with its place. */
  List<Text> keys() {
    List<Text> keys = new ArrayList<>();
    mapping.entries().forEach((key, entry) -> keys.add(new Text(key, entry.key())));
    return keys;
  }

  Optional<Section> section(String key) {
    return get(key).flatMap(Section::of);
  }

  Optional<Text> text(String key) {
    return get(key).flatMap(Section::text);
  }

  /** Text, or a whole number as its digits. */
  Optional<Text> textOrNumber(String key) {
    return get(key).orElse(null) instanceof Yaml.Scalar scalar
            && scalar.value() instanceof Number number
            && !(number instanceof Double)
        ? Optional.of(new Text(scalar.value().toString(), scalar.location()))
        : text(key);
  }

  /** A whole number of at least 1, as far as an int can hold it; the schema refuses others. */
  Optional<Integer> positive(String key) {
    return get(key).orElse(null) instanceof Yaml.Scalar scalar
            && scalar.value() instanceof Number number
            && !(number instanceof Double)
            && number.longValue() > 0
            && number.longValue() <= Integer.MAX_VALUE
        ? Optional.of(number.intValue())
        : Optional.empty();
  }

  /** What is true or false. */
  Optional<Boolean> choice(String key) {
    return get(key).orElse(null) instanceof Yaml.Scalar scalar
            && scalar.value() instanceof Boolean chosen
        ? Optional.of(chosen)
        : Optional.empty();
  }

  /** Whether there is a {@code true}. */
  boolean isTrue(String key) {
    return choice(key).orElse(false);
  }

  /** One value with its place; empty for lists, mappings and values that are broken. */
  Optional<Placed<Object>> scalar(String key) {
    return get(key).orElse(null) instanceof Yaml.Scalar scalar
            && !scalar.broken()
            && scalar.value() != null
        ? Optional.of(new Placed<>(scalar.value(), scalar.location()))
        : Optional.empty();
  }

  /** A list of text; nothing where there is none. */
  List<Text> texts(String key) {
    List<Text> texts = new ArrayList<>();
    items(key).forEach(item -> text(item).ifPresent(texts::add));
    return texts;
  }

  /** Text, or a list of it. */
  List<Text> textOrTexts(String key) {
    return text(key).map(List::of).orElseGet(() -> texts(key));
  }

  /** A list of mappings; nothing where there is none. */
  List<Section> sections(String key) {
    List<Section> sections = new ArrayList<>();
    items(key).forEach(item -> of(item).ifPresent(sections::add));
    return sections;
  }

  /** How many items a list has, whatever they are; 0 where there is no list. */
  int count(String key) {
    return items(key).size();
  }

  /** The free-form values under a key. */
  Map<String, Object> values(String key) {
    Map<String, Object> values = new LinkedHashMap<>();
    if (get(key).orElse(null) instanceof Yaml.Mapping free) {
      free.entries().forEach((name, entry) -> values.put(name, entry.value().plain()));
    }
    return values;
  }

  private List<Yaml> items(String key) {
    return get(key).orElse(null) instanceof Yaml.Sequence sequence ? sequence.items() : List.of();
  }

  private static Optional<Text> text(Yaml value) {
    return value instanceof Yaml.Scalar scalar
            && !scalar.broken()
            && scalar.value() instanceof String text
        ? Optional.of(new Text(text, scalar.location()))
        : Optional.empty();
  }
}
