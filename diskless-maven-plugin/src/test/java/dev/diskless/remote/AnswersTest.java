package dev.diskless.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {

  private final Answers answers =
      new Answers(
          List.of(
              new Answer("n1", 0, List.of("up 2 days")),
              new Answer("n2", 0, List.of("up 2 days")),
              new Answer("n3", 1, List.of("no such file")),
              new Answer("n4", 255, List.of("ssh: connect to host 10.0.0.4 port 22: No route")),
              new Answer("n5", 0, List.of()),
              new Answer("n6", 124, List.of()),
              new Answer("n7", 1, List.of("another"))));

  @Test
  void equalAnswersStandOnceBelowTheirNodes() {
    assertThat(answers.gathered())
        .containsExactly(
            "---------------",
            "n[1-2] (2)",
            "---------------",
            "up 2 days",
            "---------------",
            "n3",
            "---------------",
            "no such file",
            "---------------",
            "n7",
            "---------------",
            "another");
  }

  @Test
  void equalFailuresStandOnce() {
    assertThat(answers.failures().stream().map(Problem::toString))
        .containsExactly(
            "n[3,7]: exit status 1; see what it said above",
            "n4: not reached: ssh: connect to host 10.0.0.4 port 22: No route; see whether it is up"
                + " with diskless:status",
            "n6: no end in time; see whether it is up with diskless:status");
  }
}
