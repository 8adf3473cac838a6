package dev.diskless.goal;

import dev.diskless.problem.Problem;
import java.util.List;

/**
 * Results that a goal reports to the user, in this order.
 *
 * @param report lines that the user asked for; they go to standard output, also with {@code -q}
 * @param problems warnings, and errors for which the goal fails
 * @param summary lines about what the goal made; not printed if the goal fails
 */
public record GoalResult(List<String> report, List<Problem> problems, List<String> summary) {

  /** The goal reports nothing. */
  public static final GoalResult EMPTY = new GoalResult(List.of(), List.of(), List.of());

  public GoalResult {
    report = List.copyOf(report);
    problems = List.copyOf(problems);
    summary = List.copyOf(summary);
  }

  /** Returns the result of a goal that made something. */
  static GoalResult made(List<Problem> warnings, String... summary) {
    return new GoalResult(List.of(), warnings, List.of(summary));
  }

  /** Returns the result of a goal that found something. */
  static GoalResult found(List<String> report, List<Problem> problems) {
    return new GoalResult(report, problems, List.of());
  }
}
