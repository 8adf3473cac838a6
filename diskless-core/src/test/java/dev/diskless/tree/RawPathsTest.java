package dev.diskless.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawPathsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/a",
        "/a b/c%41",
        "/caf\u00e9",
        "/caf\u00c3\u00a9",
        "/\n\t\\",
        "/#?;@:&=+$,[]",
        "/\u007f"
      })
  void goesThereAndBack(String raw) {
    assertThat(RawPaths.raw(RawPaths.path(raw))).isEqualTo(raw);
  }

  @Test
  void goesThereAndBackWithAnyBytes() {
    long seed = System.nanoTime();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < 2000; i++) {
      StringBuilder raw = new StringBuilder("/r");
      for (int j = random.nextInt(20); j > 0; j--) {
        char c = (char) random.nextInt(1, 256);
        raw.append(c == '/' ? '_' : c);
      }
      String text = raw.toString();
      assertThat(RawPaths.raw(RawPaths.path(text))).as("seed " + seed).isEqualTo(text);
    }
  }

  @Test
  void plainNamesAreJavasOwn() {
    assertThat(RawPaths.path("/etc/hosts")).isEqualTo(Path.of("/etc/hosts"));
    assertThat(RawPaths.path("/caf\u00e9").getFileName()).isNotNull();
  }

  @Test
  void showsWhatAPersonCanRead() {
    assertThat(RawPaths.display("/caf\u00c3\u00a9")).isEqualTo("/caf\u00e9");
    assertThat(RawPaths.display("/caf\u00e9")).isEqualTo("/caf\\351");
    assertThat(RawPaths.display("/a\nb")).isEqualTo("/a\\012b");
  }
}
