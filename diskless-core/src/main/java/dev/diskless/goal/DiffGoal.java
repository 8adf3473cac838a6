package dev.diskless.goal;

import dev.diskless.diff.ComparedVersion;
import dev.diskless.diff.DiffRun;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterSelection;
import dev.diskless.project.ProjectBundle;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The goal {@code diff}: compares two versions of a cluster.
 *
 * @param master with the active release
 * @param from bundle before; empty for the active release
 * @param to bundle after; empty for the project's bundle
 * @param limit maximum number of files to print for a set of nodes with the same changes, and of
 *     lines for each file; at least 0
 * @param out receives the differences, and stays open
 */
public record DiffGoal(
    MasterSelection master, Optional<Path> from, Optional<Path> to, int limit, PrintStream out)
    implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    if (limit < 0) {
      throw new ProblemException("diskless.limit is below 0: " + limit, "set it to 0 or more");
    }
    Path bundle = ProjectBundle.select(project, to, "-Ddiskless.to=", "-Ddiskless.to=");
    ComparedVersion before =
        from.isPresent()
            ? ComparedVersion.ofBundle(from.get())
            : ComparedVersion.ofActive(master.host(project));
    DiffRun.run(before, ComparedVersion.ofBundle(bundle), project.work(), limit, out);
    return GoalResult.EMPTY;
  }
}
