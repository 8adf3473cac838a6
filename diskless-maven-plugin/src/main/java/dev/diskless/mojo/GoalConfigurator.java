package dev.diskless.mojo;

import dev.diskless.problem.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.model.Profile;
import org.apache.maven.plugin.descriptor.MojoDescriptor;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.classworlds.realm.ClassRealm;
import org.codehaus.plexus.component.configurator.BasicComponentConfigurator;
import org.codehaus.plexus.component.configurator.ComponentConfigurationException;
import org.codehaus.plexus.component.configurator.ConfigurationListener;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluationException;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluator;
import org.codehaus.plexus.configuration.PlexusConfiguration;

/**
 * Checks the properties of the command line, then sets the parameters of a goal as Maven does. The
 * check comes first because Maven's own error about a number does not name the property. Goals
 * select this class by its name in components.xml.
 */
public final class GoalConfigurator extends BasicComponentConfigurator {

  @Override
  public void configureComponent(
      Object goal,
      PlexusConfiguration configuration,
      ExpressionEvaluator evaluator,
      ClassRealm realm,
      ConfigurationListener listener)
      throws ComponentConfigurationException {
    if (goal instanceof AbstractGoalMojo mojo) {
      List<Problem> problems = problems(evaluator);
      if (!problems.isEmpty()) {
        throw new ComponentConfigurationException(mojo.report(problems));
      }
    }
    super.configureComponent(goal, configuration, evaluator, realm, listener);
  }

  private static List<Problem> problems(ExpressionEvaluator evaluator)
      throws ComponentConfigurationException {
    try {
      MavenSession session = (MavenSession) evaluator.evaluate("${session}");
      Map<String, String> given = new HashMap<>();
      Properties properties = session.getUserProperties();
      properties.stringPropertyNames().stream()
          .filter(name -> name.startsWith(UserPropertyCheck.PREFIX))
          .forEach(name -> given.put(name, properties.getProperty(name)));
      PluginDescriptor plugin = (PluginDescriptor) evaluator.evaluate("${plugin}");
      List<PlexusConfiguration> goals =
          plugin.getMojos().stream().map(MojoDescriptor::getMojoConfiguration).toList();
      return new UserPropertyCheck(parameters(goals))
          .problems(given, name -> isDefined(name, session));
    } catch (ExpressionEvaluationException e) {
      throw new ComponentConfigurationException(e);
    }
  }

  /**
   * Returns the type of each parameter of all goals that has a property, by the name of the
   * property. A property with a different type in another goal may be any text.
   *
   * @param goals expressions and types of the parameters of each goal
   */
  static Map<String, ParameterType> parameters(List<PlexusConfiguration> goals) {
    String prefix = "${" + UserPropertyCheck.PREFIX;
    Map<String, ParameterType> found = new TreeMap<>();
    for (PlexusConfiguration goal : goals) {
      for (PlexusConfiguration parameter : goal.getChildren()) {
        String expression = parameter.getValue("");
        if (expression.startsWith(prefix)) {
          found.merge(
              expression.substring(2, expression.length() - 1),
              ParameterType.of(parameter.getAttribute("implementation", "")),
              (one, another) -> one == another ? one : ParameterType.TEXT);
        }
      }
    }
    return found;
  }

  /** Profiles count even if they are not active, because another call may activate them. */
  private static boolean isDefined(String name, MavenSession session) {
    return session.getRequest().getProfiles().stream().anyMatch(p -> isDefined(name, p))
        || session.getAllProjects().stream()
            .anyMatch(
                project ->
                    project.getProperties().containsKey(name)
                        || withParents(project)
                            .flatMap(p -> Stream.ofNullable(p.getOriginalModel()))
                            .flatMap(model -> model.getProfiles().stream())
                            .anyMatch(p -> isDefined(name, p)));
  }

  private static boolean isDefined(String name, Profile profile) {
    boolean activates =
        profile.getActivation() != null
            && profile.getActivation().getProperty() != null
            && List.of(name, "!" + name).contains(profile.getActivation().getProperty().getName());
    return activates || profile.getProperties().containsKey(name);
  }

  private static Stream<MavenProject> withParents(MavenProject project) {
    List<MavenProject> line = new ArrayList<>();
    for (MavenProject each = project; each != null; each = each.getParent()) {
      line.add(each);
    }
    return line.stream();
  }
}
