package dev.diskless.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NodeNamesTest {

  @Test
  void foldsRuns() {
    List<String> names = IntStream.rangeClosed(1, 98).mapToObj("node%03d"::formatted).toList();

    assertThat(NodeNames.fold(names)).isEqualTo("node[001-098]");
    assertThat(NodeNames.fold(List.of("a"))).isEqualTo("a");
    assertThat(NodeNames.fold(List.of("node7"))).isEqualTo("node7");
    assertThat(NodeNames.fold(List.of("n1", "n2", "n3", "n5", "login")))
        .isEqualTo("login, n[1-3,5]");
    assertThat(NodeNames.fold(List.of("n8", "n9", "n10"))).isEqualTo("n[8-10]");
    assertThat(NodeNames.fold(List.of("n1", "n01"))).isEqualTo("n1, n01");
    assertThat(NodeNames.fold(List.of("rack1-n01", "rack1-n02", "rack2-n01")))
        .isEqualTo("rack1-n[01-02], rack2-n01");
    assertThat(NodeNames.fold(List.of("n1a", "n2a"))).isEqualTo("n[1-2]a");
    assertThat(NodeNames.fold(List.of())).isEmpty();
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void unfoldsToTheSameNames(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    Set<String> names = new LinkedHashSet<>();
    for (int i = random.nextInt(40); i >= 0; i--) {
      String number = "%%0%dd".formatted(1 + random.nextInt(3)).formatted(random.nextInt(120));
      names.add(random.nextInt(8) == 0 ? "login" : (random.nextBoolean() ? "n" : "r2-") + number);
    }

    assertThat(unfold(NodeNames.fold(names))).as("seed %d", seed).hasSameElementsAs(names);
  }

  /** As a descriptor is read: padded to the width of a first number that begins with a zero. */
  private static List<String> unfold(String folded) {
    List<String> names = new ArrayList<>();
    for (String part : folded.split(", ")) {
      int open = part.indexOf('[');
      if (open < 0) {
        names.add(part);
        continue;
      }
      for (String run : part.substring(open + 1, part.indexOf(']')).split(",")) {
        String[] ends = run.split("-");
        String last = ends[ends.length - 1];
        int width = ends[0].startsWith("0") && ends[0].length() > 1 ? ends[0].length() : 1;
        for (int n = Integer.parseInt(ends[0]); n <= Integer.parseInt(last); n++) {
          String digits = Integer.toString(n);
          names.add(
              part.substring(0, open)
                  + "0".repeat(Math.max(0, width - digits.length()))
                  + digits
                  + part.substring(part.indexOf(']') + 1));
        }
      }
    }
    return names;
  }
}
