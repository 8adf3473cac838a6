package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.problem.ProblemException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StageLimitsTest {

  @Test
  void withoutAWordTheyAreAsUsual() {
    assertThat(StageLimits.parse("")).isEqualTo(StageLimits.DEFAULT);
    assertThat(StageLimits.parse("1").of(Stage.OFFER)).isEqualTo(Stage.OFFER.limit());
  }

  @Test
  void aFactorStretchesAllThatAreNotSet() {
    StageLimits limits = StageLimits.parse(" init=120, 0.5 ,power-on = 7");

    assertThat(limits.of(Stage.OFFER)).isEqualTo(Duration.ofSeconds(60));
    assertThat(limits.of(Stage.INIT)).isEqualTo(Duration.ofSeconds(120));
    assertThat(limits.of(Stage.POWER_ON)).isEqualTo(Duration.ofSeconds(7));
    assertThat(limits.stretched(Duration.ofSeconds(600))).isEqualTo(Duration.ofSeconds(300));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "fast", "init", "inti=3", "init=0", "init=1.5", "checked=3"})
  void whatIsNoLimitIsTold(String text) {
    assertThatThrownBy(() -> StageLimits.parse(text))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("\"" + text + "\" is not a valid time limit")
        .hasMessageContaining("power-on, offer, loader, kernel, root, init, up");
  }
}
