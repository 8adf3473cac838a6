package dev.diskless.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NearestTest {

  @ParameterizedTest
  @CsvSource({
    "nodes, nodes",
    "noeds, nodes",
    "node, nodes",
    "NODES, nodes",
    "gruops, groups",
    "mac, mac",
    "mca, mac",
    "xyz,",
    "wibble,",
    "adresses, addresses",
  })
  void aSlipOfTheKeyboardFindsItsWord(String given, String expected) {
    List<String> words = List.of("nodes", "groups", "mac", "addresses");
    assertThat(Nearest.to(given, words).orElse(null)).isEqualTo(expected);
  }

  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theDistanceIsSymmetricAndAtMostTheNumberOfEdits(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      word.append((char) ('a' + random.nextInt(4)));
    }
    StringBuilder edited = new StringBuilder(word);
    int edits = random.nextInt(4);
    for (int i = 0; i < edits; i++) {
      int at = random.nextInt(edited.length());
      switch (random.nextInt(3)) {
        case 0 -> edited.deleteCharAt(at);
        case 1 -> edited.insert(at, 'x');
        default -> edited.setCharAt(at, 'y');
      }
    }
    int distance = Nearest.distance(word.toString(), edited.toString());
    assertThat(distance).describedAs("seed %d", seed).isBetween(0, edits);
    assertThat(Nearest.distance(edited.toString(), word.toString()))
        .describedAs("seed %d", seed)
        .isEqualTo(distance);
    assertThat(distance == 0).isEqualTo(word.toString().contentEquals(edited));
  }
}
