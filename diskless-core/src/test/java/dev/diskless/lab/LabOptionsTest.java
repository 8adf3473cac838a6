package dev.diskless.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabOptionsTest {

  private static LabOptions options(int megabytes, int atOnce) {
    return new LabOptions(
        RebootSelection.NONE,
        StageLimits.DEFAULT,
        megabytes,
        StartSelection.USUAL,
        Optional.empty(),
        atOnce);
  }

  @Test
  void oneNodeAtATimeIsEnough() {
    assertThat(options(LabOptions.DEFAULT_MEGABYTES, 1).atOnce()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, LabOptions.MOST_AT_ONCE + 1})
  void aNumberOfNodesAtOnceThatCannotBeIsRefused(int atOnce) {
    assertThatThrownBy(() -> options(LabOptions.DEFAULT_MEGABYTES, atOnce))
        .hasMessageContaining("a lab cannot have %d nodes at once".formatted(atOnce))
        .hasMessageContaining("-Ddiskless.boot.atOnce to a number from 1 to 64");
  }

  @Test
  void aMachineThatCouldNotUnpackItsInitramfsIsRefused() {
    assertThatThrownBy(() -> options(255, 1)).hasMessageContaining("at least 256");
  }
}
