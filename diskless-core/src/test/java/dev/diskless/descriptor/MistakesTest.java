package dev.diskless.descriptor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every mistake that a user can make in a descriptor, and word for word what is said of it. The
 * cases stand in mistakes.txt: the keys of a case replace those of a sound descriptor and stand
 * before what is left of it, so that the places are those in the case. Of "whole file" nothing is
 * left.
 */
class MistakesTest {

  private static final Map<String, String> PROPERTIES =
      Map.of("number", "5", "address", "192.168.45.300", "word", "compute");

  @TempDir Path dir;

  record Mistake(String title, String yaml, boolean whole, String csv, List<String> expected) {
    @Override
    public String toString() {
      return title;
    }
  }

  static Stream<Mistake> mistakes() throws IOException {
    String text;
    try (InputStream in = MistakesTest.class.getResourceAsStream("mistakes.txt")) {
      text = new String(in.readAllBytes(), UTF_8);
    }
    List<Mistake> mistakes = new ArrayList<>();
    for (String one : text.substring(text.indexOf("\n## ") + 1).split("(?m)^## ")) {
      if (!one.isEmpty()) {
        mistakes.add(mistake(one));
      }
    }
    assertThat(mistakes).hasSizeGreaterThan(100);
    assertThat(mistakes).extracting(Mistake::title).doesNotHaveDuplicates();
    return mistakes.stream();
  }

  private static Mistake mistake(String text) {
    String title = text.lines().findFirst().orElseThrow();
    String body = text.substring(title.length() + 1);
    String[] parts = body.split("(?m)^@@ (?=says|nodes\\.csv)");
    String csv = null;
    List<String> expected = List.of();
    for (int i = 1; i < parts.length; i++) {
      String rest = parts[i].substring(parts[i].indexOf('\n') + 1);
      if (parts[i].startsWith("says")) {
        expected = rest.lines().filter(line -> !line.isBlank()).toList();
      } else {
        csv = rest;
      }
    }
    // Escapes make visible what an editor would hide or mend.
    String yaml = unescape(parts[0]);
    return new Mistake(title, yaml, title.contains("whole file"), csv, expected);
  }

  private static String unescape(String text) {
    return text.replace("<TAB>", "\t")
        .replace("<NBSP>", "\u00A0")
        .replace("<BEL>", "\u0007")
        .replace("<CR>", "\r");
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void everyMistakeIsToldAtItsPlaceWithARemedy(Mistake mistake) throws IOException {
    Path file = dir.resolve("cluster.yaml");
    Files.writeString(
        file, mistake.whole() ? mistake.yaml() : SoundDescriptor.with(mistake.yaml()));
    if (mistake.csv() != null) {
      Files.writeString(dir.resolve("nodes.csv"), unescape(mistake.csv()));
    }
    List<String> told = told(file).stream().map(Problem::toString).toList();
    assertThat(told)
        .describedAs(told.stream().collect(Collectors.joining("\n", "what is told:\n", "\n")))
        .isEqualTo(mistake.expected());
  }

  private List<Problem> told(Path file) throws IOException {
    try {
      return DescriptorReader.read(
              file, dir, "1.0", name -> Optional.ofNullable(PROPERTIES.get(name)))
          .warnings();
    } catch (ProblemException e) {
      return e.problems();
    }
  }
}
