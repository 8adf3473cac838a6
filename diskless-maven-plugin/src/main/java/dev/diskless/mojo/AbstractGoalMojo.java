package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.GoalResult;
import dev.diskless.problem.FileProblem;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.BuildMemory;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;

/** Runs one goal, and prints its result. */
abstract class AbstractGoalMojo extends AbstractMojo {

  /** Skips this goal. */
  @Parameter(property = "diskless.skip", defaultValue = "false")
  private boolean skip;

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  private MavenSession session;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("Skipped: diskless.skip is set.");
      return;
    }
    try {
      print(goal().run(clusterProject().build()));
    } catch (ProblemException e) {
      throw new MojoFailureException(report(e.problems()));
    } catch (IOException e) {
      throw new MojoExecutionException(report(List.of(FileProblem.of(e))), e);
    }
  }

  /** Returns the goal with its parameters. */
  abstract Goal goal() throws IOException;

  /** Returns the values that the goal needs of the project. */
  ClusterProject.Builder clusterProject() {
    MavenProject project = project();
    Path directory = project.getBasedir() == null ? Path.of("") : project.getBasedir().toPath();
    return ClusterProject.in(directory, line -> getLog().info(line))
        .version(project.getVersion())
        .properties(new ProjectProperties(project, session)::get)
        .memory(new BuildMemory(pluginContext()));
  }

  private void print(GoalResult result) throws MojoFailureException {
    PrintStream out = StandardOutput.open();
    result.report().forEach(out::println);
    out.flush();
    if (result.problems().stream().anyMatch(Problem::isError)) {
      throw new MojoFailureException(report(result.problems()));
    }
    result.problems().forEach(this::print);
    result.summary().forEach(getLog()::info);
  }

  /**
   * Logs problems of which at least one is an error.
   *
   * @return the message with which the build fails
   */
  final String report(List<Problem> problems) {
    problems.forEach(this::print);
    long errors = problems.stream().filter(Problem::isError).count();
    return errors == 1 ? "1 error (see above)" : errors + " errors (see above)";
  }

  private void print(Problem problem) {
    if (problem.isError()) {
      getLog().error(problem.toString());
    } else {
      getLog().warn(problem.toString());
    }
  }

  final MavenSession session() {
    return session;
  }

  /** Returns the project of this goal. Without a pom, Maven provides an empty project. */
  final MavenProject project() {
    return session.getCurrentProject();
  }

  /** Returns the values that the goals of this plugin share for one project during one build. */
  @SuppressWarnings("unchecked")
  private Map<Object, Object> pluginContext() {
    Map<Object, Object> context = getPluginContext();
    return context == null ? new HashMap<>() : context;
  }

  /** Returns a text; empty if the parameter is not set or blank. */
  static Optional<String> text(String parameter) {
    return Optional.ofNullable(parameter).filter(text -> !text.isBlank());
  }

  /** Returns the elements of a list without surrounding spaces; empty if it is not set. */
  static List<String> list(List<String> parameter) {
    return parameter == null
        ? List.of()
        : parameter.stream().map(String::strip).filter(text -> !text.isEmpty()).toList();
  }
}
