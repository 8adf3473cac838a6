package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a user writes, the answer is a cluster or problems with a place and a remedy. */
class AnyTextTest {

  private static final List<String> SPLINTERS =
      List.of(
          "", " ", "\n", "  ", "- ", ":", ": ", "{", "}", "[", "]", "\"", "'", "#", "&a ", "*a",
          "<<: ", "!!int ", "${x}", "${", "\\", "~", "null", "5", "1.5", "true", ",", "+", "/",
          "\t", "\u00A0", "|", ">", "?", "@", "%", "0", "255", "a~1b", "ff:");

  @TempDir Path dir;

  static LongStream seeds() {
    return LongStream.range(0, 12);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damagedDescriptorsAreToldNotThrown(long seed) throws IOException {
    Random random = new Random(seed);
    Files.writeString(
        dir.resolve("nodes.csv"), "name,mac,address,group\nx,52:54:00:00:09:00,10.0.0.1,compute\n");
    for (int i = 0; i < 25; i++) {
      check(seed, damage(DescriptorReaderTest.design(), random));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void valuesInTheWrongPlaceAreToldNotThrown(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 25; i++) {
      List<String> lines = new ArrayList<>(DescriptorReaderTest.design().lines().toList());
      for (int swaps = 1 + random.nextInt(3); swaps > 0; swaps--) {
        int a = random.nextInt(lines.size());
        int b = random.nextInt(lines.size());
        // The key of one line with the value of another: sound YAML, wrong in meaning.
        String[] one = lines.get(a).split(": ", 2);
        String[] other = lines.get(b).split(": ", 2);
        if (one.length == 2 && other.length == 2) {
          lines.set(a, one[0] + ": " + other[1]);
        } else {
          Collections.swap(lines, a, b);
        }
      }
      check(seed, String.join("\n", lines) + "\n");
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damagedInventoriesAreToldNotThrown(long seed) throws IOException {
    Random random = new Random(seed);
    String sound =
        """
        # nodes
        name,mac,address,group,rack
        n1,52:54:00:00:00:01,192.168.45.11,compute,r1
        "n2","52:54:00:00:00:02",192.168.45.12,compute,
        """;
    for (int i = 0; i < 25; i++) {
      Files.writeString(dir.resolve("nodes.csv"), damage(sound, random));
      check(seed, SoundDescriptor.with("inventory: nodes.csv\nnodes: []\n"));
    }
  }

  private static String damage(String text, RandomGenerator random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int cuts = 1 + random.nextInt(4); cuts > 0; cuts--) {
      int at = random.nextInt(damaged.length());
      int end = Math.min(damaged.length(), at + random.nextInt(4));
      damaged.replace(at, end, SPLINTERS.get(random.nextInt(SPLINTERS.size())));
    }
    return damaged.toString();
  }

  private void check(long seed, String yaml) {
    try {
      Descriptor read = Reading.descriptor(dir, yaml, Map.of());
      assertThat(read.cluster()).isNotNull();
      assertThat(read.warnings()).noneMatch(Problem::isError);
    } catch (ProblemException told) {
      assertThat(told.problems())
          .describedAs("seed %d:\n%s", seed, yaml)
          .isNotEmpty()
          .anyMatch(Problem::isError)
          .allMatch(p -> p.location().isPresent() && !p.remedy().isBlank())
          .allMatch(p -> p.toString().lines().count() == 1)
          .doesNotHaveDuplicates();
    } catch (RuntimeException | IOException | StackOverflowError other) {
      throw new AssertionError("seed %d:\n%s".formatted(seed, yaml), other);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "groups: { \"a/b\": { wrong: 1 }, \"a~b\": { root: x }, \"1\": { wrong: 2 } }",
        "groups: { \"a.b[0]\": { mounts: [{ wrong: 1 }] } }",
        "images: { \"$\": { directory: { wrong: 1 } }, \"%41\": { debian: { suite: 1 } } }",
        "images: { \"a\\nb\": 5 }",
        "\"clu\\nster\": 5",
      })
  void oddKeysAreToldNotThrown(String yaml) {
    check(0, SoundDescriptor.with(yaml));
  }
}
