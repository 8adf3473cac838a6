package dev.diskless.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs programs of this machine in tests, for at most five minutes each. Programs of /usr/sbin and
 * /sbin are found even if the PATH lacks these directories.
 */
public final class Shell {

  /**
   * Result of a program that has ended.
   *
   * @param exit exit status
   * @param output standard output and standard error in the order in which they were written
   */
  public record Result(int exit, String output) {}

  /** PATH of all programs that tests start. */
  static final String PATH =
      Stream.concat(
              Arrays.stream(System.getenv("PATH").split(":")),
              Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin"))
          .distinct()
          .collect(Collectors.joining(":"));

  private Shell() {}

  /** Runs a command line with sh(1) in a directory. The command may fail. */
  public static Result run(Path directory, String command) throws IOException {
    return run(directory, List.of("sh", "-c", command));
  }

  /**
   * Runs a command line with sh(1) in a directory.
   *
   * @throws AssertionError if the command fails
   */
  public static void check(Path directory, String command) throws IOException {
    succeeded(command, run(directory, command));
  }

  /**
   * Runs a program with arguments, without a shell.
   *
   * @return standard output and standard error
   * @throws AssertionError if the program fails
   */
  public static String output(String... command) throws IOException {
    return succeeded(
        String.join(" ", command), run(Path.of("").toAbsolutePath(), List.of(command)));
  }

  /**
   * Runs a script with {@code sh -eu}, with the arguments as {@code $1}, {@code $2} and so on.
   *
   * @return standard output and standard error
   * @throws AssertionError if the script fails
   */
  public static String sh(String script, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-euc", script, "sh"));
    Arrays.stream(arguments).map(Object::toString).forEach(command::add);
    return succeeded(script, run(Path.of("").toAbsolutePath(), command));
  }

  private static String succeeded(String command, Result result) {
    assertThat(result.exit()).as("%s: %s", command, result.output()).isZero();
    return result.output();
  }

  private static Result run(Path directory, List<String> command) throws IOException {
    Path output = Files.createTempFile("shell", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(output.toFile());
      builder.environment().put("PATH", PATH);
      Process process = builder.start();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException("not ended after five minutes: " + String.join(" ", command));
      }
      return new Result(process.exitValue(), new String(Files.readAllBytes(output), UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.delete(output);
    }
  }

  /**
   * Puts another program in front of a program of this machine, for a PATH that starts with a
   * directory.
   *
   * @param first script that runs before the real program, whose path is {@code $real}
   */
  public static void standIn(Path bin, String program, String first) throws IOException {
    Path other =
        Files.writeString(
            bin.resolve(program),
            "#!/bin/sh\nreal='%s'\n%s\nexec \"$real\" \"$@\"\n"
                .formatted(path(program), first.strip()));
    assertThat(other.toFile().setExecutable(true)).isTrue();
  }

  /** Whether this process runs as root. */
  public static boolean isRoot() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self) && Files.getAttribute(self, "unix:uid").equals(0);
  }

  /** Whether a program is installed. */
  public static boolean has(String program) {
    return find(program).isPresent();
  }

  /** The programs that are not installed, of the given programs. */
  public static List<String> missing(String... programs) {
    return Arrays.stream(programs).filter(p -> !has(p)).toList();
  }

  /** Path of a program that must be installed. */
  public static String path(String program) {
    return find(program)
        .orElseThrow(() -> new AssertionError(program + " is not installed"))
        .toString();
  }

  /**
   * Skips a test if a program is not installed. For programs that depend on a parameter of the
   * test; all other tests have {@link RequiresProgram}.
   */
  public static void assumeInstalled(String program) {
    Assumptions.assumeTrue(has(program), () -> notInstalled(Collections.singletonList(program)));
  }

  static String notInstalled(List<String> missing) {
    return "Skipped: not installed: %s. src/test.sh installs all programs that tests need."
        .formatted(String.join(", ", missing));
  }

  private static Optional<Path> find(String program) {
    return Arrays.stream(PATH.split(":"))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable)
        .findFirst();
  }
}
