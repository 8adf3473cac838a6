package dev.diskless.problem;

import java.util.ArrayList;
import java.util.List;

/** Collects problems, so that one run reports all of them. Not thread-safe. */
public final class Problems {

  private final List<Problem> found = new ArrayList<>();

  public void add(Problem problem) {
    found.add(problem);
  }

  /** Adds a problem unless an equal problem was added before. */
  public void addOnce(Problem problem) {
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  public void error(String message, String remedy) {
    add(Problem.error(message, remedy));
  }

  public void error(Location location, String message, String remedy) {
    add(Problem.error(location, message, remedy));
  }

  public void warning(String message, String remedy) {
    add(Problem.warning(message, remedy));
  }

  public void warning(Location location, String message, String remedy) {
    add(Problem.warning(location, message, remedy));
  }

  public void addAll(List<Problem> problems) {
    found.addAll(problems);
  }

  public boolean hasErrors() {
    return found.stream().anyMatch(Problem::isError);
  }

  /** Returns all problems in the order in which they were added. */
  public List<Problem> all() {
    return List.copyOf(found);
  }

  public List<Problem> warnings() {
    return found.stream().filter(p -> !p.isError()).toList();
  }

  /**
   * Throws an exception if an error was added.
   *
   * @throws ProblemException with all problems, if at least one is an error
   */
  public void throwIfErrors() {
    if (hasErrors()) {
      throw new ProblemException(found);
    }
  }
}
