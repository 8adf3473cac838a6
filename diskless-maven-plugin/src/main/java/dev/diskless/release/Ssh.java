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
 * Asks nodes over ssh(1), as root, with the keys of whoever runs the goal. Nothing is sent but the
 * question, and no password is ever asked for.
 *
 * @param program ssh or what stands for it
 * @param limit for the whole of one question
 * @param knownHosts the host keys that the master keeps for the nodes; need not be there
 */
record Ssh(String program, Duration limit, Path knownHosts) {

  private static final String QUESTION =
      "cat /etc/diskless-release && read -r up idle </proc/uptime && echo UPTIME=$up";

  /** What ssh(1) says when a machine is there. */
  private static final List<String> REFUSALS =
      List.of("Permission denied", "verification failed", "Connection refused");

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
  record Answer(
      NodeState state, Optional<String> release, Optional<Instant> since, String reason) {}

  Answer ask(String address) throws IOException {
    long seconds = Math.max(1, limit.toSeconds());
    List<String> command =
        new ArrayList<>(
            List.of(
                "timeout",
                "--kill-after=1",
                Long.toString(seconds),
                program,
                "-n",
                "-o",
                "BatchMode=yes",
                "-o",
                "ConnectTimeout=" + seconds,
                "-o",
                "LogLevel=ERROR",
                "-o",
                "ForwardAgent=no",
                "-o",
                "ControlPath=none"));
    if (isKept()) {
      command.addAll(
          List.of("-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + knownHosts));
    } else {
      // Only a release's name is read, and nothing secret is sent.
      command.addAll(
          List.of("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"));
    }
    command.addAll(List.of("root@" + address, QUESTION));
    Instant now = Instant.now();
    return read(Program.run(command, Progress.SILENT), now);
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
