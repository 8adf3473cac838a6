package dev.diskless;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs real programs for tests. */
public final class Shell {

  /**
   * What a program did.
   *
   * @param exit its exit status
   * @param output standard output and error as they came
   */
  public record Result(int exit, String output) {}

  private Shell() {}

  /** Runs a command line with sh in a folder, for five minutes at most. */
  public static Result run(Path folder, String command) throws IOException {
    Path output = Files.createTempFile("shell", ".log");
    try {
      Process process =
          new ProcessBuilder(List.of("sh", "-c", command))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException("no end after five minutes: " + command);
      }
      return new Result(process.exitValue(), Files.readString(output, UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.delete(output);
    }
  }

  /** The same, and it must end well. */
  public static void sound(Path folder, String command) throws IOException {
    Result result = run(folder, command);
    assertThat(result.exit()).as("%s: %s", command, result.output()).isZero();
  }

  /**
   * Puts another program in front of one of this machine, for a PATH that begins with a folder.
   *
   * @param first what it does before it goes on as that program, whose path is {@code $real}
   */
  public static void standIn(Path bin, String program, String first) throws IOException {
    String real = run(bin, "command -v " + program).output().strip();
    Path other =
        Files.writeString(
            bin.resolve(program),
            "#!/bin/sh\nreal='%s'\n%s\nexec \"$real\" \"$@\"\n".formatted(real, first.strip()));
    assertThat(other.toFile().setExecutable(true)).isTrue();
  }

  public static boolean isRoot() throws IOException {
    return run(Path.of("/"), "id -u").output().trim().equals("0");
  }

  public static boolean has(String program) throws IOException {
    return run(Path.of("/"), "PATH=$PATH:/usr/sbin:/sbin command -v " + program).exit() == 0;
  }
}
