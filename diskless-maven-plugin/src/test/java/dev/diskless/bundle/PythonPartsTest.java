package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.Shell;
import dev.diskless.archive.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of the programs for masters: their own tests, their form, and programs cut off. */
class PythonPartsTest {

  private static final Path MODULE = Path.of("").toAbsolutePath();

  /** A few less than there are, so that a suite that runs none fails. */
  private static final int TESTS = 260;

  private static final Pattern RAN = Pattern.compile("Ran ([0-9]+) tests? in");

  /**
   * Starts a program that is cut off at each byte of a list, with arguments that are valid, and
   * prints each end with status 0, and each that changed something. A cut that is not valid Python
   * does nothing for certain; compile() is faster than a start.
   */
  private static final String CUTTER =
      """
      import os, subprocess, sys
      name, bundle = sys.argv[1:]
      program = open(name, "rb").read()
      before = sorted(os.listdir("."))
      arguments = {"install": [["--destdir", "D", bundle], ["--destdir", "D", "--status"]],
                   "verify": [["--destdir", "D", bundle]]}[name]
      started = 0
      for cut in map(int, open("cuts").read().split()):
          try:
              compile(program[:cut], "cut", "exec")
              starts = arguments
          except SyntaxError:
              if cut % 10000:
                  continue
              starts = arguments[:1]
          for each in starts:
              end = subprocess.run([sys.executable, "-"] + each, input=program[:cut],
                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
              started += 1
              if end.returncode == 0 or end.stdout or sorted(os.listdir(".")) != before:
                  print(cut, each, end)
      print("started:", started)
      """;

  @TempDir private Path folder;

  @BeforeEach
  void onlyWithPython() throws IOException {
    assumeTrue(Shell.has("python3"), "NOT TESTED: apt-get install python3");
  }

  /** test_node*.py attack directories of nodes, which takes long; see NodeAttacksTest. */
  @Test
  void theirOwnTests() throws IOException {
    Shell.Result result =
        inModule(
            "PYTHONPATH=src/main/python python3 -B -m unittest discover"
                + " -s src/test/python -p 'test_[!n]*.py'");

    assertThat(result.exit()).as(result.output()).isZero();
    Matcher ran = RAN.matcher(result.output());
    assertThat(ran.find()).as(result.output()).isTrue();
    assertThat(Integer.parseInt(ran.group(1))).as(result.output()).isGreaterThan(TESTS);
  }

  @Test
  void mypyFindsNothing() throws IOException {
    assumeTrue(Shell.has("mypy"), "NOT TESTED: types of the parts; apt-get install mypy");
    Shell.Result result =
        inModule(
            "MYPYPATH=src/main/python mypy --cache-dir=/dev/null --explicit-package-bases --strict"
                + " -p diskless_master");

    assertThat(result.output()).startsWith("Success: no issues found in ");
    assertThat(result.exit()).isZero();
  }

  @Test
  void pyflakesFindsNothing() throws IOException {
    assumeTrue(Shell.has("pyflakes3"), "NOT TESTED: names of the parts; apt-get install pyflakes3");
    Shell.Result result =
        inModule("pyflakes3 src/main/python/diskless_master src/test/python/test_*.py");

    assertThat(result.output()).isEmpty();
    assertThat(result.exit()).isZero();
  }

  /** Syntax and modules of Python 3.6, the length of parts, and statements with effects. */
  @Test
  void theirForm() throws IOException {
    Shell.Result result =
        inModule("python3 src/test/python/form.py src/main/python/diskless_master");

    assertThat(result.output()).matches("[0-9]+ parts are as they should be\n");
    assertThat(result.exit()).isZero();
  }

  /** The whole programs: no two parts have the same name for different things. */
  @Test
  void theNamesOfJoinedParts() throws IOException {
    Files.writeString(folder.resolve("install"), installer());
    Files.writeString(folder.resolve("verify"), InstallScript.verifier());
    String form = MODULE.resolve("src/test/python/form.py").toString();

    Shell.Result result = Shell.run(folder, "python3 " + form + " --joined install verify");

    assertThat(result.output()).isEqualTo("2 programs are as they should be\n");
    assertThat(result.exit()).isZero();
  }

  @Test
  void anInstallerThatWasCutOffDoesNothing() throws IOException {
    cutOff("install", installer());
  }

  @Test
  void aVerifierThatWasCutOffDoesNothing() throws IOException {
    cutOff("verify", InstallScript.verifier());
  }

  private static String installer() {
    return InstallScript.of("lab", "1.0", "/srv/diskless");
  }

  private void cutOff(String name, String text) throws IOException {
    byte[] program = text.getBytes(UTF_8);
    Files.write(folder.resolve(name), program);
    Files.writeString(folder.resolve("cutter.py"), CUTTER);
    SampleBundle.write(folder.resolve("b.tar.zst"), Compression.ZSTD);
    SortedSet<Integer> cuts = new TreeSet<>();
    for (int i = 0; i < program.length; i++) {
      if (i > 0 && (i <= 300 || i >= program.length - 300 || i % 100 == 0)) {
        cuts.add(i);
      }
    }
    Files.writeString(
        folder.resolve("cuts"),
        cuts.stream().map(String::valueOf).collect(Collectors.joining(" ")));

    Shell.Result result = Shell.run(folder, "python3 -B cutter.py " + name + " b.tar.zst");

    assertThat(result.output()).matches("started: [1-9][0-9]+\n");
    assertThat(folder.resolve("D")).doesNotExist();
    // The same start with the complete program does something.
    Shell.Result whole = Shell.run(folder, "python3 - --destdir D --status <install");
    assertThat(name.equals("verify") ? 0 : whole.exit()).as(whole.output()).isZero();
  }

  private static Shell.Result inModule(String command) throws IOException {
    return Shell.run(MODULE, command);
  }
}
