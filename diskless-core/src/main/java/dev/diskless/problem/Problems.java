package dev.diskless.problem;

import java.util.ArrayList;
import java.util.List;

/** Collects problems, so that one run tells all of them. Not thread-safe. */
public final class Problems {

  private final List<Problem> found = new ArrayList<>();

  public void add(Problem problem) {
    found.add(problem);
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

  /** Everything found so far, in the order in which it was added. */
  public List<Problem> all() {
    return List.copyOf(found);
  }

  public List<Problem> warnings() {
    return found.stream().filter(p -> !p.isError()).toList();
  }

  /**
   * @throws ProblemException with everything found, if an error is among it
   */
  public void throwIfErrors() {
    if (hasErrors()) {
      throw new ProblemException(found);
    }
  }
}
