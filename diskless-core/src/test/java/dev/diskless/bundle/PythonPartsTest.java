package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.archive.Compression;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of the programs for masters: their own tests, their form, and programs cut off. */
@RequiresProgram("python3")
class PythonPartsTest {

  private static final Path MODULE = Path.of("").toAbsolutePath();

  /** A few less than there are, so that a suite that runs none fails. */
  private static final int TESTS = 275;

  private static final Pattern RAN = Pattern.compile("Ran ([0-9]+) tests? in");

  @TempDir private Path folder;

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

  @RequiresProgram("mypy")
  @Test
  void mypyFindsNothing() throws IOException {
    Shell.Result result =
        inModule(
            "MYPYPATH=src/main/python mypy --cache-dir=/dev/null --explicit-package-bases --strict"
                + " -p diskless_master");

    assertThat(result.output()).startsWith("Success: no issues found in ");
    assertThat(result.exit()).isZero();
  }

  @RequiresProgram("pyflakes3")
  @Test
  void pyflakesFindsNothing() throws IOException {
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

  @RequiresRoot("restoring owners")
  @Test
  void anInstallerThatWasCutOffDoesNothing() throws IOException {
    cutOff("install", installer());
  }

  @RequiresRoot("restoring owners")
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
    SampleBundle.write(folder.resolve("b.tar.zst"), Compression.ZSTD);
    String cuts =
        IntStream.range(1, program.length)
            .filter(i -> i <= 100 || i >= program.length - 100 || i % 800 == 0)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(","));
    String cut = "python3 -B " + MODULE.resolve("src/test/python/cut.py") + " " + name + " " + cuts;

    Shell.Result result = Shell.run(folder, cut + " --destdir D b.tar.zst");

    assertThat(result.output()).matches("started: [1-9][0-9]+\n");
    assertThat(folder.resolve("D")).doesNotExist();
    // The same start with the complete program does something.
    Shell.Result complete = Shell.run(folder, "python3 - --destdir D b.tar.zst <" + name);
    assertThat(complete.exit()).as(complete.output()).isZero();
    assertThat(folder.resolve("D/tftpboot")).exists();
  }

  private static Shell.Result inModule(String command) throws IOException {
    return Shell.run(MODULE, command);
  }
}
