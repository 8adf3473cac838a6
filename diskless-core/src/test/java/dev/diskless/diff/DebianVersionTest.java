package dev.diskless.diff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of versions, by hand and against dpkg itself. */
class DebianVersionTest {

  private static final String PIECES = "0123456789aAzZ.+~-:";
  private static final int PAIRS = 400;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "1.0, 1.0, 0",
    "1.0, 1.0-0, 0",
    "1.0~rc1, 1.0, -1",
    "1.0, 1.0+b1, -1",
    "9, 10, -1",
    "1:1, 2, 1",
    "0:1, 1, 0",
    "1.0a, 1.0+, -1",
    "1.0-1~deb12u1, 1.0-1, -1",
    "5.2.15-2+b13, 5.2.15-2+b7, 1",
    "6.1.0-56, 6.1.0-100, -1",
    "001, 1, 0",
    "99999999999999999999, 99999999999999999998, 1",
  })
  void comparesAsThePolicySays(String one, String other, int order) {
    assertThat(Integer.signum(DebianVersion.compare(one, other))).isEqualTo(order);
    assertThat(Integer.signum(DebianVersion.compare(other, one))).isEqualTo(-order);
  }

  /** One shell for all of them, for a process each would take half a minute. */
  @RequiresProgram("dpkg")
  @Test
  void comparesAsDpkgDoes() throws IOException {
    long seed = System.nanoTime();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<String[]> pairs = new ArrayList<>();
    StringBuilder input = new StringBuilder();
    while (pairs.size() < PAIRS) {
      String one = version(random);
      String other = random.nextInt(4) == 0 ? version(random) : changed(one, random);
      pairs.add(new String[] {one, other});
      input.append(one).append(' ').append(other).append('\n');
    }
    Files.writeString(folder.resolve("pairs"), input);
    Shell.Result dpkg =
        Shell.run(
            folder,
            "while read -r a b; do if dpkg --compare-versions \"$a\" lt \"$b\"; then echo -1; "
                + "elif dpkg --compare-versions \"$a\" gt \"$b\"; then echo 1; else echo 0; fi; done <pairs 2>/dev/null");
    List<String> orders = dpkg.output().lines().toList();

    assertThat(orders).hasSize(PAIRS);
    for (int i = 0; i < PAIRS; i++) {
      assertThat(Integer.signum(DebianVersion.compare(pairs.get(i)[0], pairs.get(i)[1])))
          .as("seed %d: %s and %s", seed, pairs.get(i)[0], pairs.get(i)[1])
          .isEqualTo(Integer.parseInt(orders.get(i)));
    }
  }

  /** What dpkg takes for a version: deb-version(7). */
  private static String version(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    if (random.nextInt(3) == 0) {
      text.append(random.nextInt(3)).append(':');
    }
    text.append(random.nextInt(10)).append(letters(random, random.nextInt(8)));
    if (random.nextInt(2) == 0) {
      text.append('-').append(random.nextInt(10)).append(letters(random, random.nextInt(4)));
    }
    return text.toString();
  }

  private static String letters(RandomGenerator random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(PIECES.charAt(random.nextInt(PIECES.length() - 2)));
    }
    return text.toString();
  }

  /** The same but for one letter, for two random ones differ in the first. */
  private static String changed(String version, RandomGenerator random) {
    int at = version.indexOf(':') + 2 + random.nextInt(version.length());
    return at >= version.length()
        ? version + letters(random, 1)
        : version.substring(0, at) + letters(random, 1) + version.substring(at);
  }
}
