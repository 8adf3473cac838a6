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
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs joined from parts, run by the real interpreter. */
@RequiresProgram("python3")
class PythonProgramTest {

  private static final List<String> PARTS =
      List.of("nodepath", "nodecopy", "nodefiles", "nodesizes", "nodegoals");

  /**
   * Runs a program cut at each byte of a list, and counts the ends with status 0 and the output.
   */
  private static final String CUT =
      """
      import os, subprocess, sys
      program = open("program.py", "rb").read()
      bad = []
      for cut in map(int, open("cuts").read().split()):
          try:
              compile(program[:cut], "cut.py", "exec")
          except SyntaxError:
              if cut % 5000:
                  continue
          open("cut.py", "wb").write(program[:cut])
          end = subprocess.run([sys.executable, "-I", "-S", "cut.py", "list", "tree"],
              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
          if end.returncode == 0 or end.stdout or os.listdir("tree") != ["only"]:
              bad.append("%d: %r" % (cut, end))
      print(bad)
      """;

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
    SortedSet<Integer> cuts = new TreeSet<>();
    for (int i = 1; i < program.length; i++) {
      if (i < 300 || i > program.length - 300 || i % 100 == 0) {
        cuts.add(i);
      }
    }
    Files.writeString(
        folder.resolve("cuts"), String.join(" ", cuts.stream().map(String::valueOf).toList()));
    Files.writeString(folder.resolve("cutter.py"), CUT);

    assertThat(Shell.run(folder, "python3 cutter.py").output().strip()).isEqualTo("[]");
    // Also between two statements, where Python sees no mistake.
    int between = program().indexOf("\n\n# ---- nodecopy");
    Files.writeString(folder.resolve("cut.py"), program().substring(0, between));
    Shell.Result cut = Shell.run(folder, "python3 cut.py list tree");
    assertThat(cut.exit()).isEqualTo(70);
    assertThat(cut.output())
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
