package dev.diskless.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.problem.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserPropertyCheckTest {

  private static final UserPropertyCheck CHECK =
      new UserPropertyCheck(
          Map.of(
              "diskless.boot", ParameterType.BOOLEAN,
              "diskless.boot.memory", ParameterType.INT,
              "diskless.dryRun", ParameterType.BOOLEAN,
              "diskless.root", ParameterType.TEXT,
              "diskless.serial", ParameterType.LONG,
              "diskless.timeout", ParameterType.INT));

  private static List<String> errors(Map<String, String> given, String... defined) {
    List<Problem> problems = CHECK.problems(given, Set.of(defined)::contains);
    assertThat(problems).allMatch(Problem::isError);
    return problems.stream().map(Problem::toString).toList();
  }

  @Test
  void anUnknownNameIsAnErrorWithTheNearestName() {
    assertThat(errors(Map.of("diskless.boott", "true")))
        .containsExactly(
            "-Ddiskless.boott: no goal has this parameter. Did you mean -Ddiskless.boot?");
  }

  @ParameterizedTest
  @CsvSource({
    "diskless.dryrun, diskless.dryRun",
    "diskless.dry-run, diskless.dryRun",
    "diskless.rot, diskless.root",
    "diskless.boot.memroy, diskless.boot.memory",
    "diskless.memory, diskless.boot.memory",
  })
  void theNearestNameMayDifferInSeveralLetters(String given, String expected) {
    assertThat(errors(Map.of(given, "true")))
        .singleElement()
        .asString()
        .endsWith("Did you mean -D" + expected + "?");
  }

  @Test
  void withoutASimilarNameTheErrorSaysWhereNamesAreListed() {
    assertThat(errors(Map.of("diskless.firmware.vendor", "x")))
        .containsExactly(
            "-Ddiskless.firmware.vendor: no goal has this parameter. mvn diskless:help -Ddetail"
                + " lists all parameters. If the project uses diskless.firmware.vendor, define it"
                + " under <properties> in pom.xml.");
  }

  @Test
  void namesOfAPomOrAProfileAreAccepted() {
    Map<String, String> given = Map.of("diskless.boott", "x", "diskless.site", "y");
    assertThat(errors(given, "diskless.boott", "diskless.site")).isEmpty();
    assertThat(errors(given, "diskless.site")).hasSize(1);
  }

  @Test
  void namesWithoutThePrefixAreAccepted() {
    assertThat(errors(Map.of("disklessboot", "x", "maven.test.skip", "treu"))).isEmpty();
  }

  @Test
  void allErrorsAreReportedSortedByName() {
    Map<String, String> given =
        Map.of("diskless.timeout", "5s", "diskless.boott", "", "diskless.boot", "treu");
    assertThat(errors(given))
        .extracting(error -> error.replaceFirst("[:=].*", ""))
        .containsExactly("-Ddiskless.boot", "-Ddiskless.boott", "-Ddiskless.timeout");
  }

  @ParameterizedTest
  @CsvSource({
    "diskless.boot, true",
    "diskless.boot, FALSE",
    "diskless.boot, ${other}",
    "diskless.timeout, 0",
    "diskless.timeout, -1",
    "diskless.timeout, 0x10",
    "diskless.timeout, 2147483647",
    "diskless.serial, 2147483648",
    "diskless.root, treu",
    "diskless.root, ''",
  })
  void valuesThatMavenConvertsAreAccepted(String name, String value) {
    assertThat(errors(Map.of(name, value))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "diskless.boot, treu, is neither true nor false",
    "diskless.boot, yes, is neither true nor false",
    "diskless.boot, '', is neither true nor false",
    "diskless.boot, 'true ', is neither true nor false",
    "diskless.timeout, 5s, is not a whole number between -2147483648 and 2147483647",
    "diskless.timeout, '', is not a whole number between -2147483648 and 2147483647",
    "diskless.timeout, true, is not a whole number between -2147483648 and 2147483647",
    "diskless.timeout, 2147483648, is not a whole number between -2147483648 and 2147483647",
    "diskless.serial, 1.5, is not a whole number between -9223372036854775808 and 9223372036854775807",
  })
  void otherValuesAreAnErrorThatNamesTheAcceptedValues(String name, String value, String expected) {
    assertThat(errors(Map.of(name, value)))
        .containsExactly("-D" + name + "=" + value + ": \"" + value + "\" " + expected);
  }
}
