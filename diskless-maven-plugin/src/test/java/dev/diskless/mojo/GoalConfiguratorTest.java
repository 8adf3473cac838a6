package dev.diskless.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.it.PluginDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reads the plugin's real descriptor. */
class GoalConfiguratorTest {

  /** Properties of the tests of this project. No goal of a user's project sees them. */
  private static final Set<String> OF_TESTS =
      Set.of("diskless.faults", "diskless.races", "diskless.it.directory");

  private static final Pattern PROPERTY = Pattern.compile("-Ddiskless(?:\\.[a-zA-Z]+)+");

  private static Map<String, ParameterType> parameters;

  @BeforeAll
  static void readDescriptor() throws IOException {
    parameters = GoalConfigurator.parameters(PluginDescriptor.configurations());
  }

  @Test
  void everyGoalChecksTheProperties() throws IOException {
    Map<String, String> configurators = new TreeMap<>(PluginDescriptor.ofGoals("configurator"));
    configurators.remove("help");
    assertThat(configurators).hasSizeGreaterThan(15);
    assertThat(configurators.values()).containsOnly("diskless");
  }

  @Test
  void everyParameterIsAccepted() throws IOException {
    List<String> properties = PluginDescriptor.properties();
    assertThat(properties).hasSizeGreaterThan(40);

    UserPropertyCheck check = new UserPropertyCheck(parameters);
    for (String name : properties) {
      String value =
          switch (parameters.get(name)) {
            case BOOLEAN -> "true";
            case INT, LONG -> "1";
            case TEXT -> "text";
          };
      assertThat(check.problems(Map.of(name, value), other -> false)).isEmpty();
    }
  }

  @Test
  void typesAreTheOnesOfTheFields() {
    assertThat(parameters)
        .containsEntry("diskless.boot", ParameterType.BOOLEAN)
        .containsEntry("diskless.services", ParameterType.BOOLEAN)
        .containsEntry("diskless.timeout", ParameterType.INT)
        .containsEntry("diskless.preflight.wait", ParameterType.INT)
        .containsEntry("diskless.serial", ParameterType.LONG)
        .containsEntry("diskless.bundle", ParameterType.TEXT)
        .containsEntry("diskless.boot.reboot", ParameterType.TEXT);
  }

  @Test
  void everyPropertyOfTheDocsAndOfTheIntegrationProjectsIsAParameter() throws IOException {
    Path top = Path.of("..");
    Set<String> named = new HashSet<>();
    for (String place : List.of("README.md", "CHANGELOG.md", "docs", "src")) {
      try (Stream<Path> files = Files.walk(top.resolve(place))) {
        for (Path file : files.filter(GoalConfiguratorTest::hasValidProperties).toList()) {
          named.addAll(
              PROPERTY
                  .matcher(Files.readString(file))
                  .results()
                  .map(MatchResult::group)
                  .map(option -> option.substring(2))
                  .collect(Collectors.toSet()));
        }
      }
    }
    named.removeAll(OF_TESTS);

    assertThat(named).hasSizeGreaterThan(30);
    assertThat(parameters.keySet()).containsAll(named);
  }

  private static boolean hasValidProperties(Path file) {
    return file.toString().matches(".*[.](md|sh|properties)")
        && !file.toString().contains("unknown-property");
  }
}
