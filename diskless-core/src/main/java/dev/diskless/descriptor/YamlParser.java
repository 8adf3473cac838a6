package dev.diskless.descriptor;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads one YAML 1.2 document (core schema) with the place of every value.
 *
 * <p>It works on the parser's events rather than on a library's nodes, so that filtering happens
 * after parsing and moves no position, duplicate keys are told with both places, and neither deep
 * nesting nor aliases upon aliases can exhaust memory.
 */
final class YamlParser {

  private static final int MAX_DEPTH = 64;

  /** Values of a document with every alias spelt out. */
  private static final long MAX_WEIGHT = 4_000_000;

  private static final char NO_BREAK_SPACE = '\u00A0';

  private static final ScalarResolver TYPES = new CoreSchema().getScalarResolver();

  private final SourceText source;
  private final String[] lines;
  private final Interpolation interpolation;
  private final Problems problems;
  private final Map<Anchor, Yaml> anchored = new HashMap<>();
  private final Parser parser;
  private int depth;

  /** The last text in quotes that goes over several lines; mostly one whose end was forgotten. */
  private ScalarEvent longQuote;

  private YamlParser(SourceText source, Interpolation interpolation, Problems problems) {
    this.source = source;
    this.lines = source.text().split("\r\n|[\r\n]", -1);
    this.interpolation = interpolation;
    this.problems = problems;
    LoadSettings settings =
        LoadSettings.builder().setLabel(source.file()).setCodePointLimit(Integer.MAX_VALUE).build();
    this.parser = new ParserImpl(settings, new StreamReader(settings, source.text()));
  }

  /**
   * @param problems takes what is wrong in single places: duplicate keys, unknown properties
   * @return empty if there is nothing in the file
   * @throws ProblemException if it is no YAML, in which case nothing can be said of the rest
   */
  static Optional<Yaml> parse(SourceText source, Interpolation interpolation, Problems problems) {
    refuseControlCharacters(source);
    YamlParser parser = new YamlParser(source, interpolation, problems);
    try {
      return parser.document();
    } catch (MarkedYamlEngineException wrong) {
      throw new ProblemException(parser.explain(wrong), wrong);
    } catch (YamlEngineException wrong) {
      throw new ProblemException(
          Problem.error(
              Location.of(source.file()),
              "it is not valid YAML 1.2: " + wrong.getMessage().lines().findFirst().orElse("?"),
              "correct it"),
          wrong);
    }
  }

  private static void refuseControlCharacters(SourceText source) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < source.text().length(); ) {
      int c = source.text().codePointAt(i);
      if (!StreamReader.isPrintable(c)) {
        throw new ProblemException(
            Problem.error(
                new Location(source.file(), line, column),
                "the control character U+%04X is not allowed".formatted(c),
                "remove it, or write \\x%02X in double quotes".formatted(c)));
      }
      if (c == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
      i += Character.charCount(c);
    }
  }

  private Optional<Yaml> document() {
    parser.next(); // start of the stream
    if (parser.checkEvent(Event.ID.StreamEnd)) {
      return Optional.empty();
    }
    Location start = at(parser.next());
    Yaml root = value(start);
    parser.next(); // end of the document
    if (!parser.checkEvent(Event.ID.StreamEnd)) {
      throw stop(
          at(parser.peekEvent()), "a second document begins here", "remove the line \"---\"");
    }
    return root instanceof Yaml.Scalar scalar && scalar.value() == null
        ? Optional.empty()
        : Optional.of(root);
  }

  /**
   * @param key the place of the key before it, for values that have no good place of their own
   */
  private Yaml value(Location key) {
    Event event = parser.next();
    if (event instanceof AliasEvent alias) {
      return aliased(alias);
    }
    NodeEvent node = (NodeEvent) event;
    Yaml value = node instanceof ScalarEvent scalar ? scalar(scalar, key) : collection(node, key);
    node.getAnchor().ifPresent(anchor -> anchored.put(anchor, value));
    return value;
  }

  private Yaml aliased(AliasEvent alias) {
    Yaml value = anchored.get(alias.getAlias());
    if (value == null) {
      throw stop(
          at(alias),
          "the alias *%s is before or inside its anchor, or has no anchor"
              .formatted(alias.getAlias()),
          "write the anchor &%s at an earlier value, or put the text in quotes"
              .formatted(alias.getAlias()));
    }
    return value;
  }

  private Yaml collection(NodeEvent event, Location key) {
    CollectionStartEvent start = (CollectionStartEvent) event;
    boolean mapping = event.getEventId() == Event.ID.MappingStart;
    Tag expected = mapping ? Tag.MAP : Tag.SEQ;
    start
        .getTag()
        .filter(t -> !t.equals("!") && !t.equals(expected.getValue()))
        .ifPresent(tag -> refuseTag(tag, at(event)));
    if (++depth > MAX_DEPTH) {
      throw stop(
          at(event),
          "values are nested more than %d deep".formatted(MAX_DEPTH),
          "use fewer levels");
    }
    Location location = start.isFlow() ? at(event) : key;
    Yaml value = mapping ? mapping(location) : sequence(location);
    depth--;
    if (value.weight() > MAX_WEIGHT) {
      throw stop(
          location,
          "aliases make more than %d values of this".formatted(MAX_WEIGHT),
          "use fewer aliases of aliases");
    }
    return value;
  }

  private Yaml sequence(Location location) {
    List<Yaml> items = new ArrayList<>();
    long weight = 1;
    while (!parser.checkEvent(Event.ID.SequenceEnd)) {
      Yaml item = value(at(parser.peekEvent()));
      items.add(item);
      weight += item.weight();
    }
    parser.next();
    return new Yaml.Sequence(location, List.copyOf(items), weight);
  }

  private Yaml mapping(Location location) {
    Map<String, Yaml.Entry> entries = new LinkedHashMap<>();
    List<Yaml.Mapping> merged = new ArrayList<>();
    long weight = 1;
    while (!parser.checkEvent(Event.ID.MappingEnd)) {
      Text key = key();
      boolean merge = key.value().equals("<<");
      Yaml value = value(key.at());
      weight += value.weight();
      if (merge) {
        addMerged(value, key.at(), merged);
        continue;
      }
      Yaml.Entry first = entries.putIfAbsent(key.value(), new Yaml.Entry(key.at(), value));
      if (first != null) {
        problems.add(
            Problem.error(
                key.at(),
                "the key %s exists twice, first at %s".formatted(key.quoted(), first.key()),
                "keep one of them"));
      }
    }
    parser.next();
    // What stands in the mapping itself wins over what is merged in, the earlier over the later.
    merged.forEach(other -> other.entries().forEach(entries::putIfAbsent));
    return new Yaml.Mapping(location, entries, weight);
  }

  private Text key() {
    Event event = parser.next();
    if (!(event instanceof ScalarEvent scalar)) {
      throw stop(at(event), "a mapping key must be a string", "write the key as plain text");
    }
    Location at = at(event);
    String name = scalar.getValue();
    if (interpolation.concerns(name)) {
      problems.add(
          Problem.error(at, "${...} is not allowed in a key", "write the key without ${...}"));
    }
    if (scalar.isPlain() && name.indexOf(NO_BREAK_SPACE) >= 0) {
      throw noBreakSpace(at);
    }
    if (name.isEmpty()) {
      throw stop(at, "a key is missing before the colon", "write the key");
    }
    return new Text(name, at);
  }

  private void addMerged(Yaml value, Location key, List<Yaml.Mapping> merged) {
    if (value instanceof Yaml.Mapping other) {
      merged.add(other);
    } else if (value instanceof Yaml.Sequence several
        && several.items().stream().allMatch(Yaml.Mapping.class::isInstance)) {
      several.items().forEach(item -> merged.add((Yaml.Mapping) item));
    } else {
      problems.add(
          Problem.error(
              key,
              "the merge key << has no mapping to merge",
              "write an alias of a mapping, such as <<: *name"));
    }
  }

  private Yaml scalar(ScalarEvent event, Location key) {
    String text = event.getValue();
    boolean plain = event.isPlain();
    Location at = plain && text.isEmpty() ? key : at(event);
    if (plain && text.indexOf(NO_BREAK_SPACE) >= 0) {
      throw noBreakSpace(at);
    }
    if (!plain
        && (event.isDQuoted() || event.isSQuoted())
        && at(event.getEndMark().orElseThrow()).line() > at.line()) {
      longQuote = event;
    }
    boolean typed = plain;
    boolean[] broken = {false};
    if (interpolation.concerns(text)) {
      typed &= interpolation.isSingle(text);
      text =
          interpolation.apply(
              text,
              (reference, name) -> {
                broken[0] = true;
                problems.add(unknownProperty(event, reference, name));
              });
    }
    Optional<String> tag = event.getTag().filter(t -> !t.equals("!"));
    Tag type;
    if (tag.isEmpty()) {
      type = typed && event.getTag().isEmpty() ? TYPES.resolve(text, true) : Tag.STR;
    } else {
      type = new Tag(tag.get());
    }
    try {
      return new Yaml.Scalar(at, text, convert(type, text, at), broken[0]);
    } catch (NumberFormatException notSo) {
      problems.add(
          Problem.error(
              at,
              "%s is not of the type %s".formatted(Text.quote(text), shown(type.getValue())),
              "remove the tag, or correct the value"));
      return new Yaml.Scalar(at, text, text, true);
    }
  }

  private Object convert(Tag type, String text, Location at) {
    if (type.equals(Tag.STR)) {
      return text;
    } else if (type.equals(Tag.NULL)) {
      return null;
    } else if (type.equals(Tag.BOOL)) {
      return Boolean.valueOf(text);
    } else if (type.equals(Tag.INT)) {
      return integer(text);
    } else if (type.equals(Tag.FLOAT)) {
      return real(text);
    }
    refuseTag(type.getValue(), at);
    return text;
  }

  private static Object integer(String text) {
    BigInteger number;
    if (text.startsWith("0x")) {
      number = new BigInteger(text.substring(2), 16);
    } else if (text.startsWith("0o")) {
      number = new BigInteger(text.substring(2), 8);
    } else {
      number = new BigInteger(text);
    }
    if (number.bitLength() < Integer.SIZE) {
      return number.intValue();
    }
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private static Double real(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".inf")) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    return lower.equals(".nan") ? Double.valueOf(Double.NaN) : Double.valueOf(text);
  }

  private void refuseTag(String tag, Location at) {
    throw stop(at, "the YAML tag %s is not supported".formatted(shown(tag)), "remove the tag");
  }

  private static String shown(String tag) {
    return tag.replace("tag:yaml.org,2002:", "!!");
  }

  private Problem unknownProperty(ScalarEvent event, String reference, String name) {
    Location at = referenceIn(event, reference);
    // In double quotes the backslash is YAML's own, and must itself be escaped.
    String escaped = (event.isDQuoted() ? "\\\\" : "\\") + Text.bare(reference);
    String literally = "%s for the text itself".formatted(escaped);
    if (name.isEmpty()) {
      return reference.equals("${")
          ? Problem.error(at, "${ is never closed", "write }, or " + literally)
          : Problem.error(
              at,
              "${} contains no property",
              "write the name of the property," + " or " + literally);
    }
    return Problem.error(
        at,
        "the Maven property %s is unknown".formatted(Text.quote(name)),
        "set it in the pom or with -D, or write " + literally);
  }

  /** The reference itself where it stands in the scalar's first line, else the scalar. */
  private Location referenceIn(ScalarEvent event, String reference) {
    Location start = at(event);
    String line = lines[start.line() - 1];
    int from = line.offsetByCodePoints(0, Math.min(start.column() - 1, line.length()));
    int found = line.indexOf(reference, from);
    while (found > 0 && line.charAt(found - 1) == '\\') {
      found = line.indexOf(reference, found + 1);
    }
    return found < 0
        ? start
        : new Location(start.file(), start.line(), line.codePointCount(0, found) + 1);
  }

  private Location at(Event event) {
    return at(event.getStartMark().orElseThrow());
  }

  private Location at(Mark mark) {
    return new Location(source.file(), mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static ProblemException stop(Location at, String message, String remedy) {
    return new ProblemException(Problem.error(at, message, remedy));
  }

  private static ProblemException noBreakSpace(Location at) {
    return stop(
        at,
        "a no-break space (U+00A0) is not allowed here, which YAML reads as a letter",
        "write plain spaces, or put the text in quotes if it belongs there");
  }

  /** The parser's complaint in words that say what to write. */
  private Problem explain(MarkedYamlEngineException wrong) {
    Location at =
        wrong
            .getProblemMark()
            .or(wrong::getContextMark)
            .map(this::at)
            .orElse(Location.of(source.file()));
    Location opened = wrong.getContextMark().map(this::at).orElse(at);
    String problem = wrong.getProblem() == null ? "" : wrong.getProblem();
    String line = at.line() > 0 && at.line() <= lines.length ? lines[at.line() - 1] : "";
    if (line.indexOf(NO_BREAK_SPACE) >= 0) {
      int column = line.codePointCount(0, line.indexOf(NO_BREAK_SPACE)) + 1;
      return noBreakSpace(new Location(at.file(), at.line(), column)).problems().get(0);
    }
    if (problem.contains("'\\t(TAB)'")) {
      return Problem.error(at, "YAML does not allow a tab here", "indent with spaces");
    }
    if (problem.contains("that cannot start any token")) {
      String character =
          line.substring(line.offsetByCodePoints(0, at.column() - 1)).substring(0, 1);
      return Problem.error(
          at, "plain text cannot begin with %s".formatted(character), "put the text in quotes");
    }
    if (problem.startsWith("found unknown escape character")) {
      return Problem.error(
          at,
          "a backslash in double quotes is before a character that it cannot escape",
          "use single quotes, or write \\\\ for a backslash");
    }
    if (problem.startsWith("found unexpected end of stream")) {
      return Problem.error(opened, "this quote is never closed", "close it");
    }
    if (problem.startsWith("expected ',' or")) {
      String kind = problem.contains("'}'") ? "{" : "[";
      if (problem.endsWith("{") && at.column() > 1 && line.startsWith("${", at.column() - 2)) {
        return Problem.error(
            new Location(at.file(), at.line(), at.column() - 1),
            "${...} needs quotes inside { } or [ ]",
            "put it in quotes, \"${...}\"");
      }
      return problem.endsWith("<stream end>") || at.line() != opened.line()
          ? Problem.error(
              opened,
              "%s opens here and is not closed".formatted(kind),
              "close it with %s, and put a comma between the items"
                  .formatted(kind.equals("{") ? "}" : "]"))
          : Problem.error(
              at,
              "a comma or %s is missing".formatted(kind.equals("{") ? "}" : "]"),
              "put a comma between the items");
    }
    if (problem.startsWith("mapping values are not allowed")) {
      return Problem.error(
          at,
          "this colon does not follow a key",
          "put a space after the colon of every key, indent the keys of one block alike, and put text"
              + " with a colon and a space in quotes");
    }
    if (problem.startsWith("could not find expected ':'")) {
      return Problem.error(opened, "this line has no key and colon", "write it as \"key: value\"");
    }
    if (problem.startsWith("expected the node content")) {
      return problem.endsWith("'<stream end>'")
          ? Problem.error(at, "the file ends inside a value", "finish it")
          : Problem.error(
              at,
              "%s is not a value".formatted(problem.replaceFirst(".*found ", "")),
              "write the value, or put the text in quotes");
    }
    if (problem.startsWith("expected <block end>")) {
      if (longQuote != null && at(longQuote.getEndMark().orElseThrow()).line() == at.line()) {
        return Problem.error(
            at(longQuote),
            "a quote opens here and is closed only at line %d, inside other text"
                .formatted(at.line()),
            "close it where its text ends");
      }
      if (line.startsWith(":", at.column() - 1)) {
        return Problem.error(at, "a key is missing before the colon", "write the key");
      }
      return Problem.error(
          at,
          "this line does not belong to the block that begins at line %d".formatted(opened.line()),
          "begin all lines of a block in the same column, and items of a list with \"- \"");
    }
    return Problem.error(at, "it is not valid YAML here: " + problem, "correct it");
  }
}
