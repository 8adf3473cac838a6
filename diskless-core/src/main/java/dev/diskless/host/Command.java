package dev.diskless.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * A program of this machine with its arguments, ready to run. No shell reads the arguments. An
 * interrupt of the calling thread ends the program.
 *
 * @param words the program, and then its arguments
 * @param directory the working directory of the program
 * @param input the file that is the program's standard input
 * @param environment changes a copy of this process's environment
 */
public record Command(
    List<String> words, Path directory, Path input, Consumer<Map<String, String>> environment) {

  private static final int BUFFER = 1 << 16;

  /**
   * How a program ended.
   *
   * @param code the exit status; 128 and the number of the signal that ended the program
   * @param lines what the program printed: to both outputs in the order of printing, or to standard
   *     error only if the caller read standard output
   */
  public record Result(int code, List<String> lines) {

    public Result {
      lines = List.copyOf(lines);
    }

    /** Joins the last lines that are not blank, as text of a message. */
    public String end(int count) {
      List<String> wanted = lines.stream().filter(l -> !l.isBlank()).toList();
      return String.join(" / ", wanted.subList(Math.max(0, wanted.size() - count), wanted.size()));
    }
  }

  /** The program does not exist or cannot be executed. */
  public static final class CannotStart extends IOException {

    private static final long serialVersionUID = 1;

    private CannotStart(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Reads the standard output of a program while the program runs. */
  @FunctionalInterface
  public interface Output {

    void read(BufferedReader output) throws IOException;
  }

  public Command {
    words = List.copyOf(words);
  }

  /** A command that reads no input, in the working directory of this process. */
  public static Command of(String... words) {
    return of(List.of(words));
  }

  /** A command that reads no input, in the working directory of this process. */
  public static Command of(List<String> words) {
    return new Command(
        words,
        Path.of("").toAbsolutePath(),
        Path.of("/dev/null"),
        all -> all.put("PATH", SearchPath.ofThisProcess().toString()));
  }

  /** Returns this command with another working directory. */
  public Command in(Path otherDirectory) {
    return new Command(words, otherDirectory, input, environment);
  }

  /** Returns this command with a file as standard input. */
  public Command reading(Path file) {
    return new Command(words, directory, file, environment);
  }

  /** Returns this command with a variable set. */
  public Command with(String variable, String value) {
    return changing(all -> all.put(variable, value));
  }

  /** Returns this command without all variables whose names start with {@code prefix}. */
  public Command without(String prefix) {
    return changing(all -> all.keySet().removeIf(name -> name.startsWith(prefix)));
  }

  /**
   * Returns this command without the user's language and time zone, so that the same input gives
   * the same output.
   *
   * @param time for SOURCE_DATE_EPOCH (reproducible-builds.org), in seconds
   */
  public Command reproducible(Instant time) {
    return without("LC_")
        .without("LANGUAGE")
        .with("LANG", "C.UTF-8")
        .with("LC_ALL", "C.UTF-8")
        .with("TZ", "UTC")
        .with("SOURCE_DATE_EPOCH", Long.toString(time.getEpochSecond()));
  }

  private Command changing(Consumer<Map<String, String>> change) {
    return new Command(words, directory, input, environment.andThen(change));
  }

  /**
   * Runs the program to its end.
   *
   * @param progress gets each line of both outputs
   * @throws CannotStart if the program does not exist or cannot be executed
   */
  public Result run(Progress progress) throws IOException {
    List<String> lines = new ArrayList<>();
    int code =
        read(
            started(builder().redirectErrorStream(true)),
            UTF_8,
            output -> {
              for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                progress.say(line);
              }
            });
    return new Result(code, lines);
  }

  /** Runs the program to its end, without progress. */
  public Result run() throws IOException {
    return run(Progress.SILENT);
  }

  /**
   * Runs the program to its end, or until {@code output} throws an exception.
   *
   * @param charset of standard output; standard error is UTF-8
   * @return the exit status, and what the program printed to standard error
   * @throws CannotStart if the program does not exist or cannot be executed
   */
  public Result read(Charset charset, Output output) throws IOException {
    Path errors = Files.createTempFile("diskless-errors", "");
    try {
      int code = read(started(builder().redirectError(errors.toFile())), charset, output);
      return new Result(code, new String(Files.readAllBytes(errors), UTF_8).lines().toList());
    } finally {
      Files.delete(errors);
    }
  }

  /**
   * Runs the program to its end, or until {@code output} throws an exception.
   *
   * @param charset of both outputs
   * @param output reads both outputs in the order of printing
   * @return the exit status
   * @throws CannotStart if the program does not exist or cannot be executed
   */
  public int readBoth(Charset charset, Output output) throws IOException {
    return read(started(builder().redirectErrorStream(true)), charset, output);
  }

  private int read(Process process, Charset charset, Output output) throws IOException {
    // In a thread of its own, because an interrupt does not end a read from a pipe.
    FutureTask<Void> reading =
        new FutureTask<>(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), charset), BUFFER)) {
                output.read(reader);
              }
              return null;
            });
    Thread thread = new Thread(reading, "output of " + words.get(0));
    thread.setDaemon(true);
    thread.start();
    try {
      reading.get();
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + words.get(0) + " ran");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      if (e.getCause() instanceof RuntimeException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      process.destroy();
    }
  }

  /**
   * Starts the program in the background.
   *
   * @param log gets both outputs; an existing file is replaced
   */
  public Process start(Path log) throws CannotStart {
    return started(builder().redirectErrorStream(true).redirectOutput(log.toFile()));
  }

  /**
   * Starts the program in the background, with pipes from this process to its standard input and
   * from its standard output. Standard error is discarded.
   */
  public Process startWithPipes() throws CannotStart {
    return started(builder().redirectInput(Redirect.PIPE).redirectError(Redirect.DISCARD));
  }

  private static Process started(ProcessBuilder builder) throws CannotStart {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new CannotStart(e);
    }
  }

  private ProcessBuilder builder() {
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(directory.toFile()).redirectInput(input.toFile());
    environment.accept(builder.environment());
    return builder;
  }
}
