package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.diskless.model.BootMethod;
import dev.diskless.model.BootSettings;
import dev.diskless.model.Cluster;
import dev.diskless.model.Collector;
import dev.diskless.model.DhcpServer;
import dev.diskless.model.InitramfsSource;
import dev.diskless.model.Key;
import dev.diskless.model.Keyword;
import dev.diskless.model.Lease;
import dev.diskless.model.Link;
import dev.diskless.model.LoginSettings;
import dev.diskless.model.Master;
import dev.diskless.model.Monitoring;
import dev.diskless.model.Mount;
import dev.diskless.model.NetworkConfig;
import dev.diskless.model.NetworkSettings;
import dev.diskless.model.RemoteLogin;
import dev.diskless.model.RootMode;
import dev.diskless.model.Secret;
import dev.diskless.model.SystemSettings;
import dev.diskless.model.User;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SchemaTest {

  private static JsonNode schema(String name) throws IOException {
    try (InputStream in = SchemaCheck.open(name)) {
      return new JsonMapper().readTree(in);
    }
  }

  @Test
  void theSchemaIsPublished() throws IOException {
    try (InputStream in = DescriptorReader.schema()) {
      assertThat(new JsonMapper().readTree(in)).isEqualTo(schema("cluster.schema.json"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cluster.schema.json", "permissions.schema.json"})
  void theSchemaIsOneOfItsDraft(String name) throws IOException {
    var meta =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    assertThat(meta.validate(schema(name))).isEmpty();
  }

  @Test
  void theSchemaAloneAcceptsTheDesignsExampleAsEditorsSeeIt() throws IOException {
    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(DescriptorReader.schema(), InputFormat.JSON);
    assertThat(schema.validate(DescriptorReaderTest.design(), InputFormat.YAML)).isEmpty();
    String filtered =
        SoundDescriptor.with(
            """
            cluster: ${name}
            networks: [{ subnet: "${net}.0/24", pool: "${net}.5-${net}.9", lease: { max: "${max}" } }]
            nodes: [{ name: "${prefix}[1-3]", mac: "${oui}:00:00:01+", address: "${net}.11+", group: "${g}" }]
            """);
    assertThat(schema.validate(filtered, InputFormat.YAML)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cluster.schema.json", "permissions.schema.json"})
  void everyKeyHasADescriptionAndNoOtherKeyIsTaken(String name) throws IOException {
    List<String> faults = new ArrayList<>();
    int keys = walk(schema(name), name, faults);
    assertThat(faults).isEmpty();
    assertThat(keys).isGreaterThan(3);
  }

  static Stream<Arguments> recordsWithDefaults() {
    String group = "/properties/groups/additionalProperties/properties";
    String master = "/properties/master/properties";
    return Stream.of(
        arguments(Cluster.class, "/properties"),
        arguments(Master.class, master),
        arguments(Monitoring.class, "/properties/monitoring/properties"),
        arguments(Lease.class, "/properties/networks/items/properties/lease/properties"),
        arguments(BootSettings.class, group),
        arguments(NetworkSettings.class, group),
        arguments(LoginSettings.class, group),
        arguments(SystemSettings.class, group),
        arguments(Link.Bond.class, group + "/interfaces/additionalProperties/properties"),
        arguments(Mount.class, group + "/mounts/items/properties"),
        arguments(User.class, "/properties/users/additionalProperties/properties"),
        arguments(Secret.class, group + "/secret/items/properties"));
  }

  /** The reader uses the defaults of the records, and editors and the docs those of the schema. */
  @ParameterizedTest
  @MethodSource("recordsWithDefaults")
  void recordsAndSchemaHaveTheSameDefaults(Class<? extends Record> type, String properties)
      throws IOException {
    JsonNode schema = schema("cluster.schema.json").at(properties);
    Map<String, String> ofRecord = new TreeMap<>();
    Map<String, String> ofSchema = new TreeMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Key key = component.getAnnotation(Key.class);
      if (key != null && !key.defaultsTo().isEmpty()) {
        String name = key.value().isEmpty() ? component.getName() : key.value();
        ofRecord.put(name, key.defaultsTo());
        ofSchema.put(name, schema.path(name).path("default").asString("no default"));
      }
    }
    assertThat(ofRecord).isNotEmpty().isEqualTo(ofSchema);
  }

  private static int walk(JsonNode schema, String where, List<String> faults) {
    if (!schema.path("description").asString("").endsWith(".")) {
      faults.add(where + " has no description");
    }
    int keys = 0;
    boolean isFree = where.endsWith("/resources");
    String type = schema.path("type").toString();
    if (type.contains("object") && !isFree && !schema.has("additionalProperties")) {
      faults.add(where + " takes any key");
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      keys += 1 + walk(property.getValue(), where + "/" + property.getKey(), faults);
    }
    if (schema.path("additionalProperties").isObject()) {
      keys += walk(schema.path("additionalProperties"), where + "/*", faults);
    }
    if (schema.has("items")) {
      keys += walk(schema.path("items"), where + "[]", faults);
    }
    return keys;
  }

  @Test
  void theWordsOfTheSchemaAreThoseOfTheModel() throws IOException {
    JsonNode schema = schema("cluster.schema.json");
    JsonNode group = schema.at("/properties/groups/additionalProperties/properties");
    assertThat(schema.at("/properties/monitoring/pattern").asString())
        .isEqualTo("^(prometheus|none)$");
    assertThat(Collector.values())
        .extracting(Collector::keyword)
        .containsExactlyInAnyOrder("prometheus", "none");
    assertWords(schema.at("/properties/master/properties/dhcp"), DhcpServer.values());
    assertWords(group.path("root"), RootMode.values());
    assertWords(group.path("boot"), BootMethod.values());
    assertWords(group.path("initramfs"), InitramfsSource.values());
    assertWords(group.path("networkConfig"), NetworkConfig.values());
    assertWords(group.path("remoteLogin"), RemoteLogin.values());
  }

  private static void assertWords(JsonNode property, Keyword[] values) {
    List<String> words = new ArrayList<>();
    property.path("enum").forEach(word -> words.add(word.asString()));
    assertThat(words)
        .containsExactlyElementsOf(Arrays.stream(values).map(Keyword::keyword).toList());
    assertThat(words).contains(property.path("default").asString());
  }
}
