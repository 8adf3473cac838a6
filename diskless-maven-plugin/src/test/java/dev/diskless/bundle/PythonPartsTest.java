package dev.diskless.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The unit tests and checks of the Python parts, in src/test/python and src/main/python. */
class PythonPartsTest {

  private static final Path PROJECT = Path.of("").toAbsolutePath();

  @Test
  void unitTestsPass() throws IOException {
    boolean isLong = System.getProperty("diskless.races", "some").equals("all");

    Shell.sound(
        PROJECT,
        "export PYTHONPATH=src/main/python PYTHONDONTWRITEBYTECODE=1 DISKLESS_RACE_ROUNDS="
            + (isLong ? 500 : 60)
            + "; python3 -m unittest discover -s src/test/python");
  }

  @Test
  void typesAreCorrect() throws IOException {
    assumeTrue(Shell.has("mypy"), "NOT TESTED: mypy is not installed");

    Shell.sound(PROJECT, "mypy --strict --cache-dir /dev/null src/main/python/diskless_master");
  }

  @Test
  void pyflakesFindsNothing() throws IOException {
    assumeTrue(Shell.has("pyflakes3"), "NOT TESTED: pyflakes3 is not installed");

    Shell.sound(PROJECT, "pyflakes3 src/main/python src/test/python/test_*.py");
  }

  /** Python 3.6 is the oldest on a supported master; no part is longer than a person reads. */
  @Test
  void syntaxIsOfTheOldestPythonAndPartsAreShort() throws IOException {
    assertThat(
            Shell.run(
                    PROJECT,
                    """
                    python3 - <<'END'
                    import ast, glob
                    for path in glob.glob("src/main/python/diskless_master/*.py"):
                        text = open(path, encoding="utf-8").read()
                        if text.count("\\n") > 250:
                            print(path, "has more than 250 lines")
                        for node in ast.walk(ast.parse(text, path, feature_version=(3, 6))):
                            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 40:
                                print(path, node.name, "has more than 40 lines")
                    END
                    """)
                .output())
        .isEmpty();
  }
}
