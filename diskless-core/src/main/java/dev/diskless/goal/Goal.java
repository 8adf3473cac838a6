package dev.diskless.goal;

import dev.diskless.project.ClusterProject;
import java.io.IOException;

/** A goal. Each goal is a record, and its components are the parameters of the goal. */
public interface Goal {

  /**
   * Does the work of the goal.
   *
   * @param project which the goal reads, and into whose work folder the goal writes
   * @throws dev.diskless.problem.ProblemException with errors that the user has to correct
   * @throws IOException if a file cannot be read or written
   */
  GoalResult run(ClusterProject project) throws IOException;
}
