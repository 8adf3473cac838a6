package dev.diskless.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each step of the HOWTO has its row, and each test that a row names is there. */
class HowtoPageTest {

  private static final Path PAGE = Path.of("..", "docs", "howto.md");
  private static final Path CLASSES = Path.of("src", "test", "java");
  private static final Path PROJECTS = Path.of("..", "src", "it");
  private static final int STEPS = 42;

  private static List<String[]> rows() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .filter(line -> line.matches("\\| \\d+ \\|.*"))
        .map(line -> line.substring(1, line.length() - 1).split("\\|", -1))
        .toList();
  }

  @Test
  void eachStepHasARow() throws IOException {
    assertThat(rows())
        .extracting(cells -> cells[0].strip())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, STEPS).mapToObj(Integer::toString).toList());
    assertThat(rows()).allSatisfy(cells -> assertThat(cells).hasSize(5));
  }

  @Test
  void itsOwnExampleIsAsItIsRendered() throws IOException {
    Path golden = Path.of("src", "test", "resources", "golden", "howto");
    for (String file :
        List.of("nodes/firstslave/etc/fstab", "master/etc/exports.d/diskless.exports")) {
      assertThat(Files.readString(PAGE))
          .contains("\n```\n" + Files.readString(golden.resolve(file)) + "```\n");
    }
  }

  @Test
  void whatIsGeneratedHasATestThatIsThere() throws IOException {
    Set<String> classes;
    try (Stream<Path> files = Files.walk(CLASSES)) {
      classes =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith("Test.java"))
              .map(name -> name.substring(0, name.length() - ".java".length()))
              .collect(Collectors.toSet());
    }
    for (String[] cells : rows()) {
      Matcher names = Pattern.compile("`([^`]+)`").matcher(cells[4]);
      List<String> tests = names.results().map(name -> name.group(1)).toList();
      assertThat(tests.isEmpty()).as(cells[1]).isEqualTo(cells[3].isBlank());
      assertThat(tests)
          .as(cells[1])
          .allMatch(
              test ->
                  classes.contains(test)
                      || Files.exists(PROJECTS.resolve(test).resolve("pom.xml")));
    }
  }
}
