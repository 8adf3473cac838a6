package dev.diskless.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** CONTRIBUTING.md lists each package and each Python part, and each path in it exists. */
class ContributingPageTest {

  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve("CONTRIBUTING.md");
  private static final Path CORE = ROOT.resolve("diskless-core");
  private static final Path PACKAGES = CORE.resolve("src/main/java/dev/diskless");
  private static final Path PARTS = CORE.resolve("src/main/python/diskless_master");

  /** Paths on the page start in one of these. */
  private static final List<Path> STARTS =
      List.of(
          ROOT,
          Path.of(""),
          PACKAGES,
          Path.of("src/main/java/dev/diskless"),
          Path.of("src/test/java/dev/diskless"),
          CORE,
          CORE.resolve("src/main/resources/dev/diskless"),
          CORE.resolve("src/main/resources/dev/diskless/templates"),
          CORE.resolve("src/test/java/dev/diskless"),
          ROOT.resolve("cluster-archetype"));

  /** A path in backticks: it has a slash, and ends in a slash or in a suffix of a source file. */
  private static final Pattern PATH =
      Pattern.compile("`([\\w./-]+(?:/|\\.(?:java|py|sh|json|txt|vm|xml|md|yml|properties)))`");

  private static final Pattern CODE = Pattern.compile("`([a-z]+)`");

  @Test
  void listsEachPackage() throws IOException {
    try (Stream<Path> folders = Files.list(PACKAGES)) {
      assertThat(folders.map(f -> f.getFileName().toString()))
          .hasSizeGreaterThan(10)
          .isSubsetOf(firstCells("### Java packages"));
    }
  }

  @Test
  void listsEachPart() throws IOException {
    try (Stream<Path> files = Files.list(PARTS)) {
      assertThat(
              files
                  .map(f -> f.getFileName().toString())
                  .filter(n -> n.endsWith(".py") && !n.startsWith("_"))
                  .map(n -> n.substring(0, n.length() - ".py".length())))
          .hasSizeGreaterThan(10)
          .isSubsetOf(firstCells("### Python parts"));
    }
  }

  @Test
  void eachPathExists() throws IOException {
    Set<String> paths =
        PATH.matcher(Files.readString(PAGE))
            .results()
            .map(path -> path.group(1))
            .filter(path -> path.contains("/") && !path.startsWith("target/"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(paths).hasSizeGreaterThan(30);
    assertThat(paths)
        .allSatisfy(
            path ->
                assertThat(STARTS).anySatisfy(start -> assertThat(start.resolve(path)).exists()));
  }

  /** The words in backticks in the first cells of the table below a heading. */
  private static Set<String> firstCells(String heading) throws IOException {
    return Files.readAllLines(PAGE).stream()
        .dropWhile(line -> !line.equals(heading))
        .skip(1)
        .takeWhile(line -> !line.startsWith("#"))
        .filter(line -> line.startsWith("| "))
        .flatMap(line -> CODE.matcher(line.split("\\|")[1]).results())
        .map((MatchResult word) -> word.group(1))
        .collect(Collectors.toSet());
  }
}
