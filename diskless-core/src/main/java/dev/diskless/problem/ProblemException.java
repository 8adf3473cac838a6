package dev.diskless.problem;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The one exception of the engine for what a user can mend. It carries every problem found, so that
 * one run tells all of them.
 */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * @param problems at least one, in the order to be told
   */
  public ProblemException(List<Problem> problems) {
    this(problems, null);
  }

  public ProblemException(Problem problem) {
    this(List.of(problem), null);
  }

  /** One error that is not in a file. */
  public ProblemException(String message, String remedy) {
    this(Problem.error(message, remedy));
  }

  /** One error. */
  public ProblemException(Location location, String message, String remedy) {
    this(Problem.error(location, message, remedy));
  }

  public ProblemException(Problem problem, Throwable cause) {
    this(List.of(problem), cause);
  }

  private ProblemException(List<Problem> problems, Throwable cause) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")), cause);
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("no problem to tell");
    }
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
