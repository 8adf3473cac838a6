package dev.diskless.mojo;

import dev.diskless.descriptor.Nearest;
import dev.diskless.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Check of the properties {@code diskless.*} that the user gives on the command line. Maven itself
 * ignores a misspelt name, and converts a misspelt {@code true} to {@code false}.
 */
final class UserPropertyCheck {

  /** Prefix of all properties of this plugin. */
  static final String PREFIX = "diskless.";

  private final Map<String, ParameterType> parameters;

  /**
   * @param parameters types of the parameters of all goals, by the name of the property
   */
  UserPropertyCheck(Map<String, ParameterType> parameters) {
    this.parameters = new TreeMap<>(parameters);
  }

  /**
   * Returns an error for each unknown name and for each value that cannot be parsed, sorted by
   * name.
   *
   * @param given properties of the command line; the check ignores names of other plugins
   * @param isDefined whether a pom or a profile defines a property that is not a parameter
   */
  List<Problem> problems(Map<String, String> given, Predicate<String> isDefined) {
    List<Problem> problems = new ArrayList<>();
    new TreeMap<>(given)
        .forEach(
            (name, value) -> {
              ParameterType type = parameters.get(name);
              if (type != null) {
                unparsable(name, value, type).ifPresent(problems::add);
              } else if (name.startsWith(PREFIX) && !isDefined.test(name)) {
                problems.add(unknown(name));
              }
            });
    return problems;
  }

  private static Optional<Problem> unparsable(String name, String value, ParameterType type) {
    // Maven replaces expressions later, and their values are not known here.
    return value.contains("${")
        ? Optional.empty()
        : type.objection(value)
            .map(
                objection ->
                    Problem.error(
                        "-D%s=%s: \"%s\" %s".formatted(name, value, value, objection), ""));
  }

  private Problem unknown(String name) {
    String advice =
        nearest(name.substring(PREFIX.length()))
            .map(nearest -> "Did you mean -D%s%s?".formatted(PREFIX, nearest))
            .orElse(
                "mvn diskless:help -Ddetail lists all parameters. If the project uses %s, define it under <properties> in pom.xml."
                    .formatted(name));
    return Problem.error("-D%s: no goal has this parameter. %s".formatted(name, advice), "");
  }

  /** Returns the most similar name, or else a name whose last part is the given name. */
  private Optional<String> nearest(String given) {
    List<String> names =
        parameters.keySet().stream().map(name -> name.substring(PREFIX.length())).toList();
    return Nearest.to(given, names)
        .or(() -> names.stream().filter(name -> name.endsWith("." + given)).findFirst());
  }
}
