package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Node;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The reference says what is so: its examples are read, and no key is missing from it. */
class DocumentationTest {

  private static final Path REFERENCE = Path.of("..", "docs", "descriptor.md");

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(yaml|csv)\n(.*?)^```$");

  private static final Map<String, String> PROPERTIES =
      Map.of(
          "cluster.domain", "lab.example",
          "cluster.net", "192.168.45",
          "lease", "90s",
          "node.count", "12");

  @TempDir Path dir;

  private static String reference() throws IOException {
    return Files.readString(REFERENCE);
  }

  static List<String> examples() throws IOException {
    List<String> blocks = blocks("yaml");
    assertThat(blocks).hasSizeGreaterThan(8);
    return blocks;
  }

  private static List<String> blocks(String language) throws IOException {
    return BLOCK
        .matcher(reference())
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  @BeforeEach
  void layOutTheInventory() throws IOException {
    assertThat(blocks("csv")).hasSize(1);
    Files.writeString(dir.resolve("nodes.csv"), blocks("csv").get(0));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsReadWithoutAComplaint(String example) throws IOException {
    if (example.startsWith("- ")) {
      Path file = dir.resolve("permissions.yaml");
      Files.writeString(file, example);
      assertThat(PermissionsReader.read(file, dir))
          .hasSize((int) example.lines().filter(line -> line.startsWith("- ")).count());
    } else {
      Descriptor read = Reading.descriptor(dir, SoundDescriptor.with(example), PROPERTIES);
      assertThat(read.warnings()).isEmpty();
      assertThat(read.cluster().nodes()).isNotEmpty();
    }
  }

  @Test
  void theInventoryOfTheReferenceIsReadAsItSays() throws IOException {
    List<Node> nodes = Reading.cluster(dir, SoundDescriptor.with("inventory: nodes.csv\n")).nodes();
    assertThat(nodes).extracting(Node::name).containsExactly("n1", "storage1", "storage2");
    assertThat(nodes.get(1).resources()).isEqualTo(Map.of("rack", "r7", "serial", "A-1, rev. 2"));
    assertThat(nodes.get(2).resources()).isEqualTo(Map.of("rack", "r7"));
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void everyKeyAndWordAndDefaultOfTheSchemaIsInTheReference(String schema) throws IOException {
    TreeSet<String> missing = new TreeSet<>();
    try (InputStream in = SchemaCheck.open(schema)) {
      collect(new JsonMapper().readTree(in), reference(), missing);
    }
    assertThat(missing).isEmpty();
  }

  static List<String> schemas() {
    return List.of("cluster.schema.json", "permissions.schema.json");
  }

  private static void collect(JsonNode schema, String reference, TreeSet<String> missing) {
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      Pattern row = Pattern.compile("(?m)^\\| `" + property.getKey() + "` \\|.*$");
      List<String> rows = row.matcher(reference).results().map(r -> r.group()).toList();
      if (rows.isEmpty()) {
        missing.add(property.getKey());
      }
      JsonNode value = property.getValue();
      value
          .path("enum")
          .forEach(
              word -> {
                if (rows.stream().noneMatch(r -> r.contains("`" + word.asString() + "`"))) {
                  missing.add(property.getKey() + ": " + word.asString());
                }
              });
      JsonNode standard = value.path("default");
      if (standard.isString()
          && rows.stream().noneMatch(r -> r.contains("| `" + standard.asString() + "` |"))) {
        missing.add(property.getKey() + " defaults to " + standard.asString());
      }
      collect(value, reference, missing);
    }
    if (schema.path("additionalProperties").isObject()) {
      collect(schema.path("additionalProperties"), reference, missing);
    }
    if (schema.has("items")) {
      collect(schema.path("items"), reference, missing);
    }
  }

  @Test
  void everyLinkInsideTheReferenceLeadsToAHeading() throws IOException {
    List<String> headings =
        Pattern.compile("(?m)^#+ (.+)$")
            .matcher(reference())
            .results()
            .map(
                r ->
                    r.group(1)
                        .toLowerCase(java.util.Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
            .toList();
    List<String> links =
        Pattern.compile("\\]\\(#([^)]+)\\)")
            .matcher(reference())
            .results()
            .map(r -> r.group(1))
            .distinct()
            .toList();
    assertThat(links).hasSizeGreaterThan(10);
    assertThat(headings).containsAll(links);
  }
}
