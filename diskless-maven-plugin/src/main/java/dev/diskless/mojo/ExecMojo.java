package dev.diskless.mojo;

import dev.diskless.fleet.Answers;
import dev.diskless.master.MasterHost;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * Runs a command on nodes, side by side, over ssh as root. What they say is printed when all are
 * done, equal answers once, below the names of the nodes. It fails where the command fails on a
 * node, or a node is not reached.
 */
@Mojo(name = "exec", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class ExecMojo extends AbstractRemoteMojo {

  /** A line for the shell of the nodes. */
  @Parameter(property = "diskless.command")
  private String command;

  @Inject
  public ExecMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject project) throws IOException {
    if (command == null || command.isBlank()) {
      throw new ProblemException(
          Problem.error(
              "the command is missing",
              "give the command with -Ddiskless.command=,"
                  + " such as -Ddiskless.command='uptime -p'"));
    }
    MasterHost host = host(project);
    Answers answers = fleet(project, host).run(targets(project, host), command, Optional.empty());
    // What nodes say is theirs, and stands without Maven's words before it.
    answers.gathered().forEach(System.out::println);
    List<Problem> failures = answers.failures();
    if (!failures.isEmpty()) {
      throw new ProblemException(failures);
    }
  }
}
