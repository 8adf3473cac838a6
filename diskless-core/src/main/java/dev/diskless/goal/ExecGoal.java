package dev.diskless.goal;

import dev.diskless.fleet.Answers;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * The goal {@code exec}: runs a command on nodes.
 *
 * @param nodes on which to run the command
 * @param command a line for the shell of the nodes; empty is an error
 * @param out receives the answers of the nodes, and stays open
 */
public record ExecGoal(RunningNodes nodes, Optional<String> command, PrintStream out)
    implements Goal {

  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    String line =
        command
            .filter(c -> !c.isBlank())
            .orElseThrow(
                () ->
                    new ProblemException(
                        "the command is missing",
                        "give the command with -Ddiskless.command=,"
                            + " such as -Ddiskless.command='uptime -p'"));
    Answers answers =
        nodes
            .fleet(project, nodes.master().host(project))
            .run(nodes.targets(project), line, Optional.empty());
    answers.gathered().forEach(out::println);
    return GoalResult.found(List.of(), answers.failures());
  }
}
