package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs joined from parts, run by the real interpreter. */
@RequiresProgram("python3")
class PythonProgramTest {

  private static final List<String> PARTS =
      List.of("nodepath", "nodecopy", "nodefiles", "nodesizes", "nodegoals");

  @TempDir private Path folder;

  private String program() {
    return PythonProgram.of("Title.\n\nText with 'quotes'.\n", PARTS, "nodefiles_main");
  }

  @Test
  void theWholeProgramRuns() throws IOException {
    Files.createDirectory(folder.resolve("tree"));
    Files.writeString(folder.resolve("tree/only"), "x");
    Files.writeString(folder.resolve("program.py"), program());

    Shell.Result listed = Shell.run(folder, "python3 -I program.py list tree | tr '\\0' '\\n'");

    assertThat(listed.exit()).isZero();
    assertThat(listed.output().lines()).hasSize(3).last().isEqualTo("only");
    assertThat(Shell.run(folder, "python3 program.py list none").output())
        .contains("No such file or directory: 'none'");
    assertThat(Shell.run(folder, "python3 program.py list none").exit()).isEqualTo(1);
  }

  @Test
  void aProgramThatWasCutOffDoesNothingAndFails() throws IOException {
    byte[] program = program().getBytes(UTF_8);
    Files.write(folder.resolve("program.py"), program);
    Files.createDirectory(folder.resolve("tree"));
    Files.writeString(folder.resolve("tree/only"), "x");
    String cuts =
        IntStream.range(1, program.length)
            .filter(i -> i < 300 || i > program.length - 300 || i % 100 == 0)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(","));
    Path cut = Path.of("src/test/python/cut.py").toAbsolutePath();

    Shell.Result cutOff =
        Shell.run(folder, "python3 -B %s program.py %s list tree".formatted(cut, cuts));

    assertThat(cutOff.output()).matches("started: [1-9][0-9]+\n");
    assertThat(folder.resolve("tree")).isDirectoryContaining("glob:**/only");
    // Also between two statements, where Python sees no mistake.
    int end = program().indexOf("\n\n# ---- nodecopy");
    Files.writeString(folder.resolve("cut.py"), program().substring(0, end));
    Shell.Result between = Shell.run(folder, "python3 cut.py list tree");
    assertThat(between.exit()).isEqualTo(70);
    assertThat(between.output())
        .isEqualTo("This program was cut off. It did nothing. Copy the complete file again.\n");
    assertThat(Shell.run(folder, "python3 cut.py list tree >&- 2>&-").exit()).isEqualTo(70);
  }

  /** The program may be in a directory where other users can write, such as /tmp. */
  @Test
  void modulesBesideTheProgramAreNotImported() throws IOException {
    Files.createDirectory(folder.resolve("tree"));
    Files.writeString(folder.resolve("program.py"), program());
    for (String module : List.of("tempfile", "hashlib", "fcntl", "shutil", "subprocess")) {
      Files.writeString(folder.resolve(module + ".py"), "open('harm', 'w')\n");
    }

    assertThat(Shell.run(folder, "python3 program.py list tree").exit()).isZero();
    assertThat(Shell.run(folder, "python3 - list tree <program.py").exit()).isZero();
    assertThat(folder.resolve("harm")).doesNotExist();
  }

  @Test
  void mistakesOfAuthors() {
    assertThatThrownBy(() -> PythonProgram.of("a \\ b", PARTS, "main"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PythonProgram.of("a", List.of("none"), "main"))
        .hasMessage("python/none.py does not exist");
  }
}
