package dev.diskless.lab;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Result of a node in a lab.
 *
 * @param node name of the node
 * @param group name of the node's group
 * @param reached the last stage that the node reached
 * @param seconds from power-on to multi-user.target, or to the end of the attempt
 * @param secondsAgain the same after the reboot; 0 without a reboot
 * @param times seconds from power-on to each observed stage
 * @param checks results of the checks, in the order they ran
 * @param why where the node stopped, and the last lines of its console; empty if all checks ran
 * @param remedy advice for the user; empty if there is none
 * @param console file with the whole output of the node's console
 */
public record NodeReport(
    String node,
    String group,
    Stage reached,
    double seconds,
    double secondsAgain,
    Map<Stage, Double> times,
    List<CheckResult> checks,
    List<String> why,
    String remedy,
    Path console) {

  public NodeReport {
    Objects.requireNonNull(node, "node");
    Objects.requireNonNull(reached, "reached");
    Objects.requireNonNull(remedy, "remedy");
    times = Collections.unmodifiableMap(new TreeMap<>(times));
    checks = List.copyOf(checks);
    why = List.copyOf(why);
  }

  /**
   * Result of a check.
   *
   * @param name of the check, or of the user's file
   * @param exitCode 0 if the check passed
   * @param seconds duration of the check
   * @param output of the check
   */
  public record CheckResult(String name, int exitCode, double seconds, String output) {
    public boolean isWell() {
      return exitCode == 0;
    }
  }

  /** Whether the node started and all checks passed. */
  public boolean isWell() {
    return reached == Stage.CHECKED && checks.stream().allMatch(CheckResult::isWell);
  }

  /** Returns the result as a line of text for users. */
  public String summary() {
    long well = checks.stream().filter(CheckResult::isWell).count();
    if (reached != Stage.CHECKED) {
      return "%s (%s): FAILED, %s".formatted(node, group, String.join("", why.subList(0, 1)));
    }
    return "%s (%s): %s, up after %.0f s%s, %d of %d checks passed"
        .formatted(
            node,
            group,
            isWell() ? "ok" : "FAILED",
            seconds,
            secondsAgain > 0 ? " and again after %.0f s".formatted(secondsAgain) : "",
            well,
            checks.size());
  }

  /** Returns advice for a node that failed. */
  public String advice() {
    return remedy.isEmpty() ? "see " + console : remedy + "; all of its console is in " + console;
  }

  /** Returns the summary, followed by the lines that describe all failures. */
  public String details() {
    StringBuilder text = new StringBuilder(summary());
    why.stream().skip(1).forEach(line -> text.append("\n    ").append(line));
    for (CheckResult check : checks) {
      if (!check.isWell()) {
        text.append("\n    check ").append(check.name()).append(" failed:");
        check.output().lines().forEach(line -> text.append("\n      ").append(line));
      }
    }
    return text.toString();
  }
}
