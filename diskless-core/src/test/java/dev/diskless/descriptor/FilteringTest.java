package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.model.Cluster;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilteringTest {

  private static final Map<String, String> PROPERTIES =
      Map.of(
          "name", "site",
          "project.version", "1.4.0",
          "count", "5",
          "flag", "true",
          "nothing", "",
          "nested", "${name}",
          "lease", "90",
          "tricky", "a: [b");

  @TempDir Path dir;

  private Cluster read(String yaml) throws IOException {
    return Reading.descriptor(dir, SoundDescriptor.with(yaml), PROPERTIES).cluster();
  }

  @Test
  void propertiesStandInForText() throws IOException {
    Cluster cluster =
        read(
            """
            cluster: ${name}
            domain: ${ name }.${name}.example
            resources:
              plain: v${project.version}
              single: '${name}'
              double: "${name} ${count}"
              block: |
                first
                ${name}
              list: ["${name}", b]
            """);

    assertThat(cluster.name()).isEqualTo("site");
    assertThat(cluster.domain()).contains("site.site.example");
    assertThat(cluster.resources())
        .containsEntry("plain", "v1.4.0")
        .containsEntry("single", "site")
        .containsEntry("double", "site 5")
        .containsEntry("block", "first\nsite\n")
        .containsEntry("list", java.util.List.of("site", "b"));
  }

  @Test
  void aValueThatIsOnlyAPropertyHasTheTypeOfWhatItHolds() throws IOException {
    Cluster cluster =
        read(
            """
            networks:
              - subnet: 192.168.45.0/24
                lease:
                  default: ${lease}
            resources:
              number: ${count}
              flag: ${flag}
              quoted: "${count}"
              partly: ${count}${count}
              text: ${tricky}
            """);

    assertThat(cluster.networks().get(0).lease().standard()).hasSeconds(90);
    assertThat(cluster.resources())
        .containsEntry("number", 5)
        .containsEntry("flag", true)
        .containsEntry("quoted", "5")
        .containsEntry("partly", "55")
        .containsEntry("text", "a: [b");
  }

  @Test
  void aBackslashKeepsTheTextItself() throws IOException {
    Cluster cluster =
        read(
            """
            resources:
              plain: \\${name}
              double: "\\\\${name} ${name}"
              dollars: $name $ {x}
            """);

    assertThat(cluster.resources())
        .containsEntry("plain", "${name}")
        .containsEntry("double", "${name} site")
        .containsEntry("dollars", "$name $ {x}");
  }

  @Test
  void whatAPropertyHoldsIsNotLookedAtAgain() throws IOException {
    assertThat(read("resources: { a: '${nested}' }").resources()).containsEntry("a", "${name}");
  }

  @Test
  void anEmptyPropertyIsNoValueUnlessItIsQuoted() throws IOException {
    assertThat(read("resources: { a: '${nothing}' }").resources()).containsEntry("a", "");
    assertThatThrownBy(() -> read("resources:\n  a: ${nothing}\n"))
        .isInstanceOf(ProblemException.class)
        .hasMessage(
            "cluster.yaml:2:6: the resource \"a\" has no value; write one, \"\" for empty text, or"
                + " remove the key");
  }
}
