package dev.diskless.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Server of a test, which runs until the test closes it. */
public final class Daemon implements AutoCloseable {

  private final Process process;
  private final Path log;

  private Daemon(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a program that stays in the foreground.
   *
   * @param folder working directory; also contains the log
   */
  public static Daemon start(Path folder, String program, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(Shell.path(program)));
    command.addAll(arguments);
    Path log = folder.resolve(program + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("PATH", Shell.PATH);
    return new Daemon(builder.start(), log);
  }

  /** Returns what the program printed. */
  public String output() throws IOException {
    return Files.readString(log);
  }

  /** Lets the program read its configuration again (SIGHUP). */
  public void reload() throws IOException {
    Shell.output("kill", "-HUP", Long.toString(process.pid()));
  }

  /** Ends the program (SIGTERM), and waits until it has ended. */
  public void stop() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    stop();
  }
}
