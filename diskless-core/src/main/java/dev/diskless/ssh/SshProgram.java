package dev.diskless.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.host.Command;
import dev.diskless.ssh.Outcome.End;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * SSH connections through ssh(1) or a program with the same arguments.
 *
 * @param program name or path of the program
 * @param limit time limit for one run; zero for no limit
 * @param keys keys that the master keeps
 * @param anyKey whether to accept any host key if the master keeps none
 */
record SshProgram(String program, Duration limit, KeptKeys keys, boolean anyKey) implements Ssh {

  private static final Path NOTHING = Path.of("/dev/null");

  /** Messages of ssh(1) if a machine answers but rejects the login. */
  private static final List<String> REFUSALS =
      List.of("Permission denied", "verification failed", "Connection refused");

  /** Time limit for a connection, in seconds, if the run has no limit. */
  private static final int CONNECT = 15;

  /** Exit status of ssh(1) if the connection, the login or the command failed. */
  private static final int FAILED = 255;

  /** Exit status of timeout(1) if it ended the program. */
  private static final int TOO_LATE = 124;

  /** Exit status of timeout(1) if it had to kill the program. */
  private static final int KILLED = 137;

  @Override
  public Ssh toWhomever() {
    return new SshProgram(program, limit, keys, true);
  }

  @Override
  public Outcome run(String address, String line, Optional<Path> input) throws IOException {
    LimitedOutput said = new LimitedOutput();
    Command command = Command.of(command(address, line)).reading(input.orElse(NOTHING));
    int code;
    try {
      code = command.readBoth(ISO_8859_1, output -> keep(output, said));
    } catch (TooMuch stopped) {
      return Outcome.failed(End.TOO_MUCH, said.lines());
    }
    Outcome exited = Outcome.exited(code, said.lines());
    if (code == FAILED) {
      boolean there = REFUSALS.stream().anyMatch(exited.last()::contains);
      return Outcome.failed(there ? End.REFUSED : End.UNREACHED, exited.lines());
    } else if (!limit.isZero() && (code == TOO_LATE || code == KILLED)) {
      return Outcome.failed(End.TOO_LATE, exited.lines());
    }
    return exited;
  }

  /** Keeps output. In ISO 8859-1, each byte is one character. */
  private static void keep(BufferedReader output, LimitedOutput said) throws IOException {
    for (int b = output.read(); b >= 0; b = output.read()) {
      said.write(b);
      if (said.isExceeded()) {
        throw new TooMuch();
      }
    }
  }

  /** Ends the program, because its further output is not read. */
  private static final class TooMuch extends IOException {

    private static final long serialVersionUID = 1;
  }

  private List<String> command(String address, String line) {
    List<String> command = new ArrayList<>();
    long seconds = limit.toSeconds();
    if (!limit.isZero()) {
      seconds = Math.max(1, seconds);
      command.addAll(List.of("timeout", "--kill-after=1", Long.toString(seconds)));
    }
    command.addAll(List.of(program, "-T", "-o", "BatchMode=yes"));
    command.addAll(List.of("-o", "ConnectTimeout=" + (limit.isZero() ? CONNECT : seconds)));
    command.addAll(List.of("-o", "LogLevel=ERROR", "-o", "ForwardAgent=no"));
    command.addAll(List.of("-o", "ControlPath=none"));
    if (keys.areHostsKept()) {
      command.addAll(
          List.of("-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + keys.hosts()));
    } else if (anyKey) {
      command.addAll(
          List.of("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=" + NOTHING));
    }
    command.addAll(List.of("root@" + address, line));
    return command;
  }
}
