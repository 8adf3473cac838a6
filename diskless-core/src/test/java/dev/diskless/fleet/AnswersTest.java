package dev.diskless.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.problem.Problem;
import dev.diskless.ssh.Outcome;
import dev.diskless.ssh.Outcome.End;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswersTest {

  private final Answers answers =
      new Answers(
          List.of(
              exited("n1", 0, "up 2 days"),
              exited("n2", 0, "up 2 days"),
              exited("n3", 1, "no such file"),
              failed("n4", End.UNREACHED, "No route to host"),
              exited("n5", 0),
              failed("n6", End.TOO_LATE),
              exited("n7", 1, "another"),
              failed("n8", End.LOST, "begun"),
              failed("n9", End.TOO_MUCH)));

  private static Answer exited(String node, int code, String... lines) {
    return new Answer(node, new Outcome(End.EXITED, code, List.of(lines)));
  }

  private static Answer failed(String node, End end, String... lines) {
    return new Answer(node, new Outcome(end, 0, List.of(lines)));
  }

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
            "another",
            "---------------",
            "n8",
            "---------------",
            "begun");
  }

  @Test
  void equalFailuresStandOnce() {
    assertThat(answers.failures().stream().map(Problem::toString))
        .containsExactly(
            "n[3,7]: exit status 1; its output is above",
            "n4: not reached: No route to host; check with diskless:status whether the node is up",
            "n6: the time limit has passed; check with diskless:status whether the node is up",
            "n8: no exit status: a signal ended the command, or the connection was lost;"
                + " check with diskless:status whether the node is up",
            "n9: the output exceeds 1 MiB or 20,000 lines, so the connection was closed; write"
                + " large output to a file on the node");
  }
}
