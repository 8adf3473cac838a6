package dev.diskless.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonTextTest {

  private static final JsonMapper JACKSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @Test
  void keysAreSortedAndIndented() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("b", List.of(1, "x"));
    map.put("a", null);
    assertThat(JsonText.sorted(map))
        .isEqualTo(
            """
            {
              "a" : null,
              "b" : [ 1, "x" ]
            }
            """);
    assertThat(JsonText.of(map))
        .isEqualTo(
            """
            {
              "b" : [ 1, "x" ],
              "a" : null
            }
            """);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void itWritesWhatJacksonsDatabindWrites(long seed) {
    Object value = value(new Random(seed), 4);
    assertThat(JsonText.sorted(value))
        .describedAs("seed %d", seed)
        .isEqualTo(JACKSON.writeValueAsString(value) + "\n");
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 7 : 10)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt();
      case 3 -> random.nextLong();
      case 4 -> new BigInteger(90, random);
      case 5 -> random.nextInt(10) == 0 ? Double.POSITIVE_INFINITY : random.nextGaussian() * 1e9;
      case 6 -> text(random);
      case 7 -> {
        Object[] items = new Object[random.nextInt(4)];
        Arrays.setAll(items, i -> value(random, depth - 1));
        yield Arrays.asList(items);
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          map.put(text(random), value(random, depth - 1));
        }
        yield map;
      }
    };
  }

  private static String text(Random random) {
    String letters = "ab\"\\/\n\t\u0001\u007f\u00e9\u20ac\u2028\ud83d\ude00<>&'";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.appendCodePoint(letters.codePointAt(letters.offsetByCodePoints(0, random.nextInt(17))));
    }
    return text.toString();
  }

  @Test
  void otherValuesAreRefused() {
    Object noValue = new Object();
    assertThatThrownBy(() -> JsonText.of(List.of(noValue)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
