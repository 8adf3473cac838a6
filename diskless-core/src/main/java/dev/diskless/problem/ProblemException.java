package dev.diskless.problem;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The only exception of the engine for errors that a user can correct. It carries all problems of
 * one run, so that the user sees all of them at once.
 */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /**
   * Creates an exception with several problems.
   *
   * @param problems at least one problem, in the order of the output
   */
  public ProblemException(List<Problem> problems) {
    this(problems, null);
  }

  public ProblemException(Problem problem) {
    this(List.of(problem), null);
  }

  /** Creates an exception with an error that is not in a file. */
  public ProblemException(String message, String remedy) {
    this(Problem.error(message, remedy));
  }

  /** Creates an exception with one error. */
  public ProblemException(Location location, String message, String remedy) {
    this(Problem.error(location, message, remedy));
  }

  public ProblemException(Problem problem, Throwable cause) {
    this(List.of(problem), cause);
  }

  private ProblemException(List<Problem> problems, Throwable cause) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")), cause);
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("the list of problems is empty");
    }
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
