package dev.diskless.template;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.velocity.exception.VelocityException;

/** Collects the errors of templates. An error that occurs for many nodes is collected once. */
final class TemplateProblems {

  /** End of the first line of Velocity's messages. */
  private static final Pattern POSITION =
      Pattern.compile("\\s+at (\\S.*?)\\[line (\\d+), column (\\d+)\\].*");

  /**
   * Error in a template.
   *
   * @param location position in the template
   * @param message problem
   * @param remedy remedy
   */
  private record Mistake(Location location, String message, String remedy) {}

  private static final class Sightings {
    private final String first;
    private int count;

    Sightings(String first) {
      this.first = first;
    }
  }

  private final TemplateLibrary library;
  private final Map<Mistake, Sightings> found = new LinkedHashMap<>();

  TemplateProblems(TemplateLibrary library) {
    this.library = library;
  }

  /**
   * Adds an error.
   *
   * @param subject what the template was rendered for, such as {@code node n1}; empty if the error
   *     does not depend on it
   */
  void add(Location location, String message, String remedy, String subject) {
    found.computeIfAbsent(new Mistake(location, message, remedy), m -> new Sightings(subject))
        .count++;
  }

  /** Adds an error of Velocity, with a message for users. */
  void add(TemplateSource template, VelocityException thrown, String subject) {
    String text = String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
    Matcher position = POSITION.matcher(text);
    Location location = Location.of(template.shown());
    if (position.find()) {
      TemplateSource where = library.find(position.group(1)).orElse(template);
      location = where.at(Integer.parseInt(position.group(2)), Integer.parseInt(position.group(3)));
      text = text.substring(0, position.start());
    } else {
      location = includeIn(template, text).orElse(location);
    }
    add(location, message(text), remedy(text), subject);
  }

  /**
   * Finds the failed {@code #parse} or {@code #include}, whose position Velocity does not report.
   */
  private static Optional<Location> includeIn(TemplateSource template, String text) {
    Matcher name =
        Pattern.compile("(?:Unable to find resource |" + IncludeDepth.TOO_DEEP + ")'(.*)'")
            .matcher(text);
    if (!name.find()) {
      return Optional.empty();
    }
    List<String> lines = template.text().lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher directive = Pattern.compile("#\\{?(parse|include)\\b").matcher(lines.get(i));
      if (directive.find() && lines.get(i).contains(name.group(1))) {
        return Optional.of(template.at(i + 1, directive.start() + 1));
      }
    }
    return Optional.empty();
  }

  private static String message(String text) {
    return text.replaceFirst("^Variable (\\S+) has not been set$", "$1 is not defined")
        .replaceFirst(
            "^Reference (.+) evaluated to null when attempting to render$", "$1 has no value")
        .replaceFirst(
            "^Attempted to access '(.+)' on a null value$", "$1 is used on a missing value")
        .replaceFirst("^Unable to find resource '(.*)'$", "template $1 does not exist")
        .replaceFirst(
            "^Object '\\S*\\.(?:TemplateModel\\$(\\w+)View|model\\.(\\w+))' does not contain",
            "a $1$2 does not have")
        .replaceFirst(
            "^Object '(?:\\S*[.$])?(\\w+)' does not contain", "a $1 does not offer templates")
        .replaceFirst(
            "^Invocation of method '(\\w+)' in +class \\S+ threw exception \\S*?(\\w+Exception)",
            "$1 failed with $2")
        .replaceFirst("^Encountered \"(.+)\"$", "the syntax is wrong at $1")
        .replace("\\u001c", "the end")
        .replace("<EOF>", "the end of the file");
  }

  private static String remedy(String text) {
    if (text.startsWith("Reference ") || text.startsWith("Attempted ")) {
      return "give it a value, or test it first with #if";
    }
    if (text.startsWith("Unable to find resource")) {
      return "write its path below the templates folder, such as lib/part.vm";
    }
    if (text.startsWith("Object ") || text.startsWith("Variable ")) {
      return "write a name that docs/templates.md lists";
    }
    return "correct the template";
  }

  List<Problem> all() {
    List<Problem> problems = new ArrayList<>();
    found.forEach(
        (mistake, sightings) -> {
          String others = sightings.count > 1 ? " and " + (sightings.count - 1) + " more" : "";
          String subject =
              sightings.first.isEmpty() ? "" : " (for " + sightings.first + others + ")";
          problems.add(
              Problem.error(mistake.location(), mistake.message() + subject, mistake.remedy()));
        });
    return problems;
  }
}
