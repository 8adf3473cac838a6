package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import dev.diskless.host.Command;
import dev.diskless.problem.ProblemException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Lock that an activation or rollback holds from its first step to its last. The bundle's script
 * uses flock(2), and Java's own locks are of another kind. Therefore flock(1) holds the lock while
 * its standard input is open, which closes when this process ends for any reason.
 */
final class Session implements Closeable {

  private final Process holder;

  private Session(Process holder) {
    this.holder = holder;
  }

  /**
   * @throws ProblemException if another process holds the lock
   */
  static Session of(MasterHost host) throws IOException {
    Files.createDirectories(host.base());
    Path lock = host.base().resolve(".session");
    // Any user who can open the file can hold the lock.
    Files.write(lock, new byte[0], CREATE, APPEND);
    Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-------"));
    Process process =
        Command.of("flock", "-n", lock.toString(), "sh", "-c", "echo held; exec cat")
            .startWithPipes();
    BufferedReader out = process.inputReader(UTF_8);
    if (!"held".equals(out.readLine())) {
      throw new ProblemException(
          "another activation of %s is running: %s holds %s"
              .formatted(host.cluster(), holderOf(lock, process.pid()), lock),
          "wait until it ends");
    }
    return new Session(process);
  }

  /**
   * Returns the process that has a file open, with its user and command line.
   *
   * @param own a process that does not count
   */
  private static String holderOf(Path lock, long own) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.pid() != own && hasOpen(p, lock))
        .findFirst()
        .map(
            p ->
                "process %d of user %s: %s,"
                    .formatted(
                        p.pid(),
                        p.info().user().orElse("?"),
                        p.info().commandLine().orElse("unknown command")))
        .orElse("an unknown process");
  }

  /** proc_pid_fd(5): a symbolic link for each open file. */
  private static boolean hasOpen(ProcessHandle process, Path file) {
    try (Stream<Path> open = Files.list(Path.of("/proc", "" + process.pid(), "fd"))) {
      return open.anyMatch(link -> isLinkTo(link, file));
    } catch (IOException e) {
      return false; // The process has ended, or belongs to another user.
    }
  }

  private static boolean isLinkTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns arguments for the script that prevent it from taking the lock again. */
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
