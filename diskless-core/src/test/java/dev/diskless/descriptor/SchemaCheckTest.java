package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Another validator must find the same in every document. */
class SchemaCheckTest {

  private static final String CLUSTER = "cluster.schema.json";
  private static final String PERMISSIONS = "permissions.schema.json";

  private static final Map<String, Schema> VALIDATORS =
      Map.of(CLUSTER, validator(CLUSTER), PERMISSIONS, validator(PERMISSIONS));

  private static final Object[] VALUES = {
    null,
    true,
    0,
    -1,
    1,
    7,
    1.5,
    5_000_000_000L,
    "",
    "x",
    "1h",
    "0s",
    "a b",
    "${x}",
    "compute\n",
    "10.0.0.1",
    "full",
    "/",
    "/a/",
    List.of(),
    List.of(""),
    List.of(1, "x"),
    Map.of(),
    Map.of("path", "/x"),
    Map.of("debian", Map.of("suite", "bookworm"), "directory", "/")
  };

  private static Schema validator(String name) {
    try (InputStream in = SchemaCheck.open(name)) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(in, InputFormat.JSON);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> mistakes() throws IOException {
    return MistakesTest.mistakes()
        .map(m -> m.whole() ? m.yaml() : SoundDescriptor.with(m.yaml()))
        .filter(yaml -> parsed(yaml).isPresent());
  }

  private static Optional<Yaml> parsed(String yaml) {
    try {
      return YamlParser.parse(
          new SourceText("test.yaml", yaml), Interpolation.NONE, new Problems());
    } catch (ProblemException noYaml) {
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void mistakesOfDescriptorsAreTheSame(String yaml) {
    compare(CLUSTER, parsed(yaml).orElseThrow(), yaml);
  }

  static LongStream seeds() {
    return LongStream.range(0, 20);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomValuesInADescriptorAreTheSame(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      Object sound = parsed(DescriptorReaderTest.design()).orElseThrow().plain();
      compareJson(CLUSTER, changed(changed(sound, random), random), seed);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomValuesInPermissionsAreTheSame(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      Map<String, Object> rule = new LinkedHashMap<>();
      rule.put("path", "/etc/shadow");
      rule.put("mode", "0640");
      rule.put("owner", 0);
      rule.put("group", "shadow");
      compareJson(PERMISSIONS, changed(changed(List.of(rule), random), random), seed);
    }
  }

  /** With a value or key somewhere in it put in, replaced or removed. */
  private static Object changed(Object value, Random random) {
    if (random.nextInt(6) > 0) {
      if (value instanceof Map<?, ?> map && !map.isEmpty()) {
        Map<String, Object> copy = new LinkedHashMap<>();
        int at = random.nextInt(map.size());
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          String key = (String) entry.getKey();
          if (at-- != 0) {
            copy.put(key, entry.getValue());
            continue;
          }
          switch (random.nextInt(8)) {
            case 0 -> copy.put(key + "x", entry.getValue());
            case 1 -> {}
            default -> copy.put(key, changed(entry.getValue(), random));
          }
        }
        return copy;
      }
      if (value instanceof List<?> list && !list.isEmpty()) {
        List<Object> copy = new ArrayList<>(list);
        int at = random.nextInt(copy.size());
        copy.set(at, changed(copy.get(at), random));
        return copy;
      }
    }
    return VALUES[random.nextInt(VALUES.length)];
  }

  private static void compareJson(String schema, Object document, long seed) {
    String json = new JsonMapper().writeValueAsString(document);
    Optional<Yaml> yaml = parsed(json);
    if (yaml.isPresent()) { // else it is null, or has a key twice
      compare(schema, yaml.get(), "seed " + seed + ": " + json);
    }
  }

  private static void compare(String schema, Yaml document, String description) {
    var found = new TreeSet<String>();
    for (SchemaCheck.Violation v : SchemaCheck.of(schema).violations(document)) {
      found.add(v.pointer() + " " + v.keyword() + " " + v.key());
    }
    var errors =
        VALIDATORS
            .get(schema)
            .validate(new JsonMapper().writeValueAsString(document.plain()), InputFormat.JSON);
    var mistyped = new TreeSet<String>();
    for (var e : errors) {
      if (e.getKeyword().equals("type")) {
        mistyped.add(e.getInstanceLocation().toString());
      }
    }
    var expected = new TreeSet<String>();
    for (var e : errors) {
      String at = e.getInstanceLocation().toString();
      if (e.getKeyword().equals("type") || !mistyped.contains(at)) {
        expected.add(at + " " + e.getKeyword() + " " + e.getProperty());
      }
    }
    assertThat(found).describedAs(description).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("sound")
  void theDesignsDescriptorBreaksNoRule(String yaml) {
    assertThat(SchemaCheck.of(CLUSTER).violations(parsed(yaml).orElseThrow())).isEmpty();
  }

  static List<String> sound() throws IOException {
    return List.of(DescriptorReaderTest.design(), SoundDescriptor.with(""));
  }
}
