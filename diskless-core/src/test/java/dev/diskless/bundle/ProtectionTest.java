package dev.diskless.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs the tests of {@code protection.py}, with a stub of the part that prints messages. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "SKIPPED: mount namespaces are Linux")
@RequiresRoot("mounting")
@RequiresProgram("python3")
class ProtectionTest {

  private static final Path PART = Path.of("src/main/python/diskless_master/protection.py");
  private static final Path TESTS = Path.of("src/test/python/test_protection.py");

  @TempDir private Path folder;

  @Test
  void setUidFilesAndDevicesOfNodesAreUselessToLocalUsers() throws IOException {
    Path parts = Files.createDirectory(folder.resolve("diskless_master"));
    Files.writeString(parts.resolve("__init__.py"), "");
    Files.writeString(
        parts.resolve("host.py"), "def say(message: str) -> None:\n    print(message)\n");
    Files.copy(PART, parts.resolve("protection.py"));

    Shell.Result result =
        Shell.run(folder, "PYTHONPATH=. python3 -B '" + TESTS.toAbsolutePath() + "' -v");

    System.out.println(result.output());
    assertThat(result.exit()).as(result.output()).isZero();
  }
}
