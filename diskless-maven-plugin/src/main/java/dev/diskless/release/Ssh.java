package dev.diskless.release;

import dev.diskless.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way to nodes: ssh(1), as root, with the keys of whoever runs the goal. No password is ever
 * asked for.
 *
 * @param program ssh or what stands for it
 * @param limit for the whole of one question; none where it is zero
 * @param knownHosts the host keys that the master keeps for the nodes; need not be there
 */
public record Ssh(String program, Duration limit, Path knownHosts) {

  private static final String QUESTION =
      "cat /etc/diskless-release && read -r up idle </proc/uptime && echo UPTIME=$up";

  /** What ssh(1) says when a machine is there. */
  private static final List<String> REFUSALS =
      List.of("Permission denied", "verification failed", "Connection refused");

  /** Seconds to wait for a connection where there is no limit. */
  private static final int CONNECT = 15;

  /** As ssh(1) ends when it could not connect, or not log in. */
  private static final int FAILED = 255;

  /** As timeout(1) ends when it had to stop something. */
  private static final int TOO_LATE = 124;

  /**
   * What a node said.
   *
   * @param state whether it runs
   * @param release that it says it runs
   * @param since when it started
   * @param reason what was the matter, or nothing
   */
  public record Answer(
      NodeState state, Optional<String> release, Optional<Instant> since, String reason) {}

  /**
   * How a command ended.
   *
   * @param code its exit status, or 255 where ssh(1) failed, or 124 where the limit was reached
   * @param lines of both outputs
   */
  public record Outcome(int code, List<String> lines) {}

  /** Asks a node what it runs. */
  Answer ask(String address) throws IOException {
    // Only a release's name is read, and nothing secret is sent: any host key will do where none is
    // known.
    List<String> keys =
        isKept()
            ? known()
            : List.of("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null");
    Instant now = Instant.now();
    return read(
        Program.run(command(address, keys, QUESTION), Path.of("/dev/null"), Progress.SILENT), now);
  }

  /**
   * Runs a command line there. The host key must be the one that the master keeps, or where it
   * keeps none, one that ssh(1) knows by itself.
   *
   * @param input a file that it reads; nothing where empty
   */
  public Outcome run(String address, String line, Optional<Path> input) throws IOException {
    Program.Outcome outcome =
        Program.run(
            command(address, isKept() ? known() : List.of(), line),
            input.orElse(Path.of("/dev/null")),
            Progress.SILENT);
    return new Outcome(outcome.code(), outcome.lines());
  }

  private List<String> known() {
    return List.of("-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + knownHosts);
  }

  private List<String> command(String address, List<String> keys, String line) {
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
    command.addAll(keys);
    command.addAll(List.of("root@" + address, line));
    return command;
  }

  /** Who may not look there may not take just any host key for it either. */
  private boolean isKept() {
    Path folder = knownHosts.getParent();
    return Files.exists(knownHosts) || Files.isDirectory(folder) && !Files.isReadable(folder);
  }

  private static Answer read(Program.Outcome outcome, Instant now) {
    Optional<String> release = Optional.empty();
    Optional<Instant> since = Optional.empty();
    for (String line : outcome.lines()) {
      if (line.startsWith("VERSION=")) {
        release = Optional.of(unquoted(line.substring("VERSION=".length())));
      } else if (line.matches("UPTIME=\\d+(\\.\\d+)?")) {
        double up = Double.parseDouble(line.substring("UPTIME=".length()));
        since = Optional.of(Instant.ofEpochSecond(now.getEpochSecond() - (long) up));
      }
    }
    if (outcome.code() == 0 && release.isPresent()) {
      return new Answer(NodeState.UP, release, since, "");
    }
    String said = outcome.end(1);
    if (outcome.code() == TOO_LATE || outcome.code() > 128 && outcome.code() != FAILED) {
      return unreachable("no answer in time");
    } else if (REFUSALS.stream().anyMatch(said::contains)) {
      return new Answer(NodeState.SILENT, Optional.empty(), Optional.empty(), said);
    } else if (outcome.code() == FAILED || outcome.code() == 127 || outcome.code() == 126) {
      return unreachable(said);
    }
    return new Answer(
        NodeState.SILENT, Optional.empty(), since, "it has no /etc/diskless-release: " + said);
  }

  private static Answer unreachable(String reason) {
    return new Answer(NodeState.UNREACHABLE, Optional.empty(), Optional.empty(), reason);
  }

  /** As a shell reads a word that may stand in single quotes. */
  private static String unquoted(String word) {
    return word.startsWith("'") && word.endsWith("'") && word.length() > 1
        ? word.substring(1, word.length() - 1).replace("'\\''", "'")
        : word;
  }
}
