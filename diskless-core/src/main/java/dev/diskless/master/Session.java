package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.Command;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The lock that one activation or rollback holds from its first step to its last. It is flock(2),
 * as the bundle's script takes it, which Java's own locks are not; so flock(1) holds it, for as
 * long as its standard input is open. That ends with this process, however it ends.
 */
final class Session implements Closeable {

  private final Process holder;

  private Session(Process holder) {
    this.holder = holder;
  }

  /**
   * @throws ProblemException if another one holds it
   */
  static Session of(MasterHost host) throws IOException {
    Files.createDirectories(host.base());
    Path lock = host.base().resolve(".session");
    Process process =
        Command.of("flock", "-n", lock.toString(), "sh", "-c", "echo held; exec cat")
            .startWithPipes();
    BufferedReader out = process.inputReader(UTF_8);
    if (!"held".equals(out.readLine())) {
      throw new ProblemException(
          Problem.error(
              "another activation of " + host.cluster() + " is running (it holds " + lock + ")",
              "wait until it ends"));
    }
    return new Session(process);
  }

  /** Arguments for the script, which must not take the lock once more. */
  List<String> arguments(String... more) {
    return Stream.concat(Stream.of("--locked").filter(l -> holder.isAlive()), Arrays.stream(more))
        .toList();
  }

  @Override
  public void close() throws IOException {
    holder.getOutputStream().close();
    try {
      holder.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
