package dev.diskless.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs the real programs that a test's result is held against. */
public final class Shell {

  private Shell() {}

  /**
   * Runs a program.
   *
   * @return what it wrote, both streams together
   * @throws AssertionError with what it wrote, if it fails
   */
  public static String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new AssertionError(
          "status %d of %s%n%s".formatted(status, String.join(" ", command), output));
    }
    return output;
  }

  /** Runs a line of POSIX shell, with {@code $1} and so on set. */
  public static String sh(String line, Object... arguments)
      throws IOException, InterruptedException {
    String[] head = {"sh", "-euc", line, "sh"};
    return run(
        Stream.concat(Arrays.stream(head), Arrays.stream(arguments).map(Object::toString))
            .toArray(String[]::new));
  }

  /** Whether owners and devices can be restored here. */
  public static boolean isRoot() throws IOException, InterruptedException {
    return run("id", "-u").strip().equals("0");
  }

  /** The programs among these that this machine lacks; a server's may lie outside the PATH. */
  public static List<String> missing(String... programs) {
    return Arrays.stream(programs).filter(p -> find(p).isEmpty()).toList();
  }

  /** The path of a program. */
  public static String path(String program) {
    return find(program)
        .orElseThrow(() -> new AssertionError("this test needs " + program))
        .toString();
  }

  private static Optional<Path> find(String program) {
    return Stream.concat(
            Arrays.stream(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/sbin"))
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
