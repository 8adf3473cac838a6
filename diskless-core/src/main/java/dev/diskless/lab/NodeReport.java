package dev.diskless.lab;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What became of one node.
 *
 * @param node its name
 * @param group its group's name
 * @param reached the last stage
 * @param seconds from power-on to multi-user.target, or to when it was given up
 * @param secondsAgain the same after the reboot; 0 where it was not rebooted
 * @param times seconds from power-on to each stage, as far as they were seen
 * @param checks in the order they ran
 * @param why where it stopped and the last lines of its console; empty where it came to the end
 * @param remedy what to do about it; empty where nothing can be advised
 * @param console the whole log
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
   * One check.
   *
   * @param name of the check, or of the user's file
   * @param exitCode 0 where all is well
   * @param seconds that it took
   * @param output of the check
   */
  public record CheckResult(String name, int exitCode, double seconds, String output) {
    public boolean isWell() {
      return exitCode == 0;
    }
  }

  /** Whether it came up, and every check found what it should. */
  public boolean isWell() {
    return reached == Stage.CHECKED && checks.stream().allMatch(CheckResult::isWell);
  }

  /** One line for a person. */
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

  /** What to do where something went wrong. */
  public String advice() {
    return remedy.isEmpty() ? "see " + console : remedy + "; all of its console is in " + console;
  }

  /** The line, and below it all that went wrong. */
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
