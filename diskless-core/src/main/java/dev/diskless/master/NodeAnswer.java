package dev.diskless.master;

import dev.diskless.host.Quoting;
import dev.diskless.ssh.Outcome;
import dev.diskless.ssh.Ssh;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Answer of a node about itself.
 *
 * @param state whether it runs
 * @param release release that the node has booted
 * @param refreshed release that the node was refreshed to since; empty if it was not refreshed
 * @param since start time of the node
 * @param reason reason of a failure; may be empty
 */
public record NodeAnswer(
    NodeState state,
    Optional<String> release,
    Optional<String> refreshed,
    Optional<Instant> since,
    String reason) {

  static final NodeAnswer NOT_ASKED = without(NodeState.NOT_ASKED, "");

  /** Command line that makes a node answer. */
  public static final String QUESTION =
      "cat /etc/diskless-release && { cat /etc/diskless-refreshed 2>/dev/null || :; }"
          + " && read -r up idle </proc/uptime && echo UPTIME=$up";

  /** Exit code of a shell if it cannot execute the program. The node was not queried. */
  private static final int NOT_RUN = 126;

  private static final int NOT_FOUND = 127;

  /** Lower limit of the exit codes with which a shell reports a signal. */
  private static final int SIGNALS = 128;

  /** Seconds with a fraction (proc_uptime(5)). Ten digits are more than 300 years. */
  private static final Pattern UPTIME = Pattern.compile("UPTIME=\\d{1,10}(\\.\\d{1,9})?");

  /** Characters of a node's answer that are printed, and the longest name of a release. */
  private static final int LONGEST = 255;

  /**
   * Queries the release that a node runs. The query reads only the release's name and sends no
   * secrets.
   */
  static NodeAnswer of(String address, Ssh ssh) throws IOException {
    Instant now = Instant.now();
    return read(ssh.toWhomever().run(address, QUESTION, Optional.empty()), now);
  }

  /**
   * Reads an answer.
   *
   * @param outcome result of {@link #QUESTION}
   * @param now time of the question
   */
  public static NodeAnswer read(Outcome outcome, Instant now) {
    return switch (outcome.end()) {
      case REFUSED -> without(NodeState.SILENT, shortened(outcome.last()));
      case UNREACHED -> without(NodeState.UNREACHABLE, shortened(outcome.last()));
      case TOO_MUCH -> without(NodeState.SILENT, "the answer exceeds 1 MiB or 20,000 lines");
      case TOO_LATE, LOST -> without(NodeState.UNREACHABLE, "the time limit has passed");
      case EXITED -> exited(outcome, now);
    };
  }

  private static NodeAnswer exited(Outcome outcome, Instant now) {
    Optional<String> release = Optional.empty();
    Optional<String> refreshed = Optional.empty();
    Optional<Instant> since = Optional.empty();
    for (String line : outcome.lines()) {
      if (line.startsWith("VERSION=")) {
        release = Optional.of(Quoting.unquoted(line.substring("VERSION=".length())));
      } else if (line.startsWith("REFRESHED=")) {
        refreshed = Optional.of(Quoting.unquoted(line.substring("REFRESHED=".length())));
      } else if (line.startsWith("UPTIME=") && !UPTIME.matcher(line).matches()) {
        return without(NodeState.SILENT, "the uptime is not readable: " + shortened(line));
      } else if (line.startsWith("UPTIME=")) {
        double up = Double.parseDouble(line.substring("UPTIME=".length()));
        since = Optional.of(Instant.ofEpochSecond(now.getEpochSecond() - (long) up));
      }
    }
    for (Optional<String> name : List.of(release, refreshed)) {
      if (name.filter(n -> n.length() > LONGEST).isPresent()) {
        return without(
            NodeState.SILENT, "the release is not readable: " + shortened(name.orElseThrow()));
      }
    }
    if (outcome.isWell() && release.isPresent()) {
      return new NodeAnswer(NodeState.UP, release, refreshed, since, "");
    } else if (outcome.code() == NOT_RUN || outcome.code() == NOT_FOUND) {
      return without(NodeState.UNREACHABLE, shortened(outcome.last()));
    } else if (outcome.code() > SIGNALS) {
      return without(NodeState.UNREACHABLE, "the time limit has passed");
    }
    return new NodeAnswer(
        NodeState.SILENT,
        Optional.empty(),
        Optional.empty(),
        since,
        "/etc/diskless-release is missing: " + shortened(outcome.last()));
  }

  private static String shortened(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }

  private static NodeAnswer without(NodeState state, String reason) {
    return new NodeAnswer(state, Optional.empty(), Optional.empty(), Optional.empty(), reason);
  }
}
