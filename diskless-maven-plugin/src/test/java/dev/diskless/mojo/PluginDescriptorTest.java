package dev.diskless.mojo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.it.PluginDescriptor;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PluginDescriptorTest {

  /** Maven warns of each goal that is not marked as safe for builds with several threads. */
  @Test
  void everyGoalMayRunBesideOthers() throws IOException {
    Map<String, String> safe = PluginDescriptor.ofGoals("threadSafe");
    assertThat(safe).hasSizeGreaterThan(15);
    assertThat(safe.entrySet()).allMatch(goal -> goal.getValue().equals("true"));
  }
}
