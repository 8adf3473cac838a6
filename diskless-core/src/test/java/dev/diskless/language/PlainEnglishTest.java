package dev.diskless.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks the packages that docs/style.md lists, and the check itself. */
class PlainEnglishTest {

  private static final List<Path> SOURCES =
      List.of(
          Path.of("src", "main", "java", "dev", "diskless"),
          Path.of("..", "diskless-maven-plugin", "src", "main", "java", "dev", "diskless"));

  /** A line of docs/style.md such as "- `ssh`". */
  private static final Pattern PACKAGE = Pattern.compile("(?m)^- `([a-z]+)`");

  static Set<String> rewrittenPackages() throws IOException {
    String style = Files.readString(Path.of("..", "docs", "style.md"));
    String list = style.substring(style.indexOf("## Rewritten packages"));
    Set<String> packages = new TreeSet<>();
    PACKAGE.matcher(list).results().forEach(match -> packages.add(match.group(1)));
    return packages;
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  @Test
  void rewrittenPackagesFollowTheRules() throws IOException {
    List<String> violations = new ArrayList<>();
    String chosen = System.getProperty("language.packages");
    Set<String> packages = chosen == null ? rewrittenPackages() : Set.of(chosen.split(","));
    int files = 0;
    for (Path source : SOURCES) {
      for (Path file : javaFiles(source)) {
        if (packages.contains(file.getParent().getFileName().toString())) {
          files++;
          violations.addAll(
              PlainEnglish.violations(file.getFileName().toString(), Files.readString(file)));
        }
      }
    }
    assertThat(files).isGreaterThan(packages.size());
    assertThat(violations)
        .withFailMessage(() -> "docs/style.md:\n" + String.join("\n", violations))
        .isEmpty();
  }

  @Test
  void noTwoTopLevelTypesShareTheirSimpleName() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path source : SOURCES) {
      javaFiles(source).forEach(file -> names.add(file.getFileName().toString()));
    }
    assertThat(PlainEnglish.sharedNames(names)).isEmpty();
  }

  @Test
  void aSharedSimpleNameIsFound() {
    assertThat(PlainEnglish.sharedNames(List.of("A.java", "B.java", "A.java", "package-info.java")))
        .containsExactly("a.java");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/** Names that the file tells. */ class A {}",
        "/** Reader of what lies in a folder. */ class A {}",
        "/** Copy that stands for a program. */ class A {}",
        "/** Finds a bundle that cannot be had. */ class A {}",
        "/** Reads keys, for it has no file. */ class A {}",
        "/** What it takes the name of a group for. */ class A {}",
        "/** This, and where it is empty, another. */ class A {}",
        "/** Of the data. */ class A {}",
        "/** Reads keys with the rights of whoever runs the program. */ class A {}",
        "class A { /** Where it is. */ int b; }",
        "class A { /** What it does. */ void b() {} }",
        "class A {\n  // A key is no text here.\n}",
        "class A { String b = \"skipped, for the property is set\"; }",
        "class A { String b = \"a bundle that\" + \" tells nothing\"; }",
        "record A(int b) {}",
        "/** Pair. */ record A(int b) {}",
        "/**\n * Pair.\n *\n * @param b\n */ record A(int b) {}",
        "class A { /** Pair. */ record B(int c) {} }",
        "/** Reads one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
            + " fifteen sixteen seventeen eighteen nineteen twenty and then even more words again. */ class A {}",
        "class A { String b = \"one two three four five six seven eight nine ten eleven twelve thirteen"
            + " fourteen fifteen sixteen seventeen eighteen nineteen twenty and then even more words again\"; }",
      })
  void aViolationIsFound(String source) throws IOException {
    assertThat(PlainEnglish.violations("A.java", source)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/** Size of the entry's data in bytes. A pax \"size\" record overrides the field. */ class A {}",
        "/** Returns this hardware, with unknown fields taken from {@code fallback}. */ class A {}",
        "/** Why the scheduler reserves this name; empty if a group may use it. */ class A {}",
        "/**\n * Pair.\n *\n * @param b number of bytes\n */ record A(int b) {}",
        "class A { String b = \"Skipped: diskless.skip is set.\"; // Because of dhcpd.\n}",
        "class A { java.util.regex.Pattern b = java.util.regex.Pattern.compile(\"it tells (.*)\\\\n\"); }",
      })
  void plainEnglishIsAccepted(String source) throws IOException {
    assertThat(PlainEnglish.violations("A.java", source)).isEmpty();
  }
}
