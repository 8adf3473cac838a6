package dev.diskless.goal;

import dev.diskless.fleet.Copy;
import dev.diskless.master.MasterHost;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The goal {@code push}: copies a file or a folder to nodes.
 *
 * @param nodes that receive the copy
 * @param source a file, or a folder with its contents; empty is an error
 * @param target absolute path of a folder on the nodes; empty is an error
 */
public record PushGoal(RunningNodes nodes, Optional<Path> source, Optional<String> target)
    implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    if (source.isEmpty() || target.isEmpty()) {
      throw new ProblemException(
          "the source or the target of the copy is missing",
          "write -Ddiskless.source=FILE -Ddiskless.target=/etc");
    }
    MasterHost host = nodes.master().host(project);
    return GoalResult.found(
        new Copy(source.get(), target.get())
            .to(nodes.targets(project), nodes.fleet(project, host), Optional.of(host)),
        List.of());
  }
}
