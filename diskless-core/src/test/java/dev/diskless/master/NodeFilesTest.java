package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The tests of the Python parts that access directories of nodes: src/test/python/test_node*.py.
 */
class NodeFilesTest {

  @RequiresProgram("python3")
  @Test
  void attacksAndAccess() throws IOException {
    Shell.Result result =
        Shell.run(
            Path.of("").toAbsolutePath(),
            "DISKLESS_RACE_ROUNDS="
                + RaceRounds.asked()
                + " PYTHONPATH=src/main/python python3 -B -m unittest discover -s src/test/python"
                + " -p 'test_node*.py'");

    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output()).containsPattern("Ran [3-9][0-9] tests in");
  }
}
