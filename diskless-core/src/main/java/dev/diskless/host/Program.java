package dev.diskless.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs programs of the host. */
public final class Program {

  /** Where servers lie, which an ordinary PATH does not name. */
  private static final List<String> FURTHER = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

  /**
   * What a program did.
   *
   * @param code its exit status
   * @param lines of both outputs, as they came
   */
  public record Outcome(int code, List<String> lines) {

    /** The last lines, for a message. */
    public String end(int count) {
      List<String> wanted = lines.stream().filter(l -> !l.isBlank()).toList();
      return String.join(" / ", wanted.subList(Math.max(0, wanted.size() - count), wanted.size()));
    }
  }

  /**
   * What a program printed, its errors apart from its output.
   *
   * @param code its exit status
   * @param output what it wrote to standard output
   * @param errors the lines that it wrote to standard error
   */
  public record Printed(int code, String output, List<String> errors) {}

  private Program() {}

  public static boolean exists(String name) {
    return path().map(d -> Path.of(d, name).toFile()).anyMatch(File::canExecute);
  }

  private static Stream<String> path() {
    String path = System.getenv("PATH");
    return Stream.concat(
        path == null ? Stream.empty() : Arrays.stream(path.split(File.pathSeparator)),
        FURTHER.stream());
  }

  /** Runs it to its end, whatever that is. */
  public static Outcome run(List<String> command, Progress progress) throws IOException {
    return run(command, Path.of("/dev/null"), progress);
  }

  /**
   * The same.
   *
   * @param input that it reads
   */
  public static Outcome run(List<String> command, Path input, Progress progress)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(input.toFile()));
    builder.environment().put("PATH", String.join(File.pathSeparator, path().toList()));
    Process process = builder.start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        progress.say(line);
      }
      return new Outcome(process.waitFor(), lines);
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command.get(0) + " ran", e);
    }
  }

  /**
   * Runs a program to its end, with its two outputs apart. An interrupt of this thread ends the
   * program too.
   *
   * @param environment variables in addition to those of this process
   * @param input bytes that the program reads from standard input
   * @throws IOException if the program cannot be started
   */
  public static Printed capture(List<String> command, Map<String, String> environment, byte[] input)
      throws IOException {
    Path folder = Files.createTempDirectory("diskless");
    Path in = folder.resolve("in");
    Path out = folder.resolve("out");
    Path errors = folder.resolve("errors");
    try {
      Files.write(in, input);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(errors.toFile());
      builder.environment().put("PATH", String.join(File.pathSeparator, path().toList()));
      builder.environment().putAll(environment);
      int code = exitStatus(builder.start(), command.get(0));
      return new Printed(
          code, Files.readString(out, ISO_8859_1), Files.readAllLines(errors, ISO_8859_1));
    } finally {
      for (Path file : List.of(in, out, errors, folder)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static int exitStatus(Process process, String name) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + name + " ran");
    }
  }
}
