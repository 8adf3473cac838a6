package dev.diskless.descriptor;

import dev.diskless.model.Owner;
import dev.diskless.model.PermissionRule;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Reads {@code permissions.yaml}, the owners and modes of what lies in the files layers. */
public final class PermissionsReader {

  private static final String SCHEMA = "permissions.schema.json";

  private static final Pattern MODE = Pattern.compile("[0-7]{3,4}");

  /** As useradd(8) takes them, with the dots that some sites allow. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}\\$?");

  private final Problems problems;

  private PermissionsReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * Reads the rules. The file is not filtered: it holds no values that a build would set.
   *
   * @param file need not be there
   * @param baseDir the project's directory; places in messages are relative to it
   * @return the rules in order, none if there is no file or nothing in it
   * @throws ProblemException with every mistake, sorted by place
   * @throws IOException if a file that is there cannot be read
   */
  public static List<PermissionRule> read(Path file, Path baseDir) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    SourceText source = SourceText.read(file, baseDir, "the permissions");
    Problems problems = new Problems();
    Optional<Yaml> document = YamlParser.parse(source, Interpolation.NONE, problems);
    if (document.isEmpty()) {
      return List.of();
    }
    SchemaCheck.Findings findings = SchemaCheck.of(SCHEMA).check(document.get());
    problems.addAll(findings.certain());
    problems.addAll(findings.form());
    List<PermissionRule> rules = new PermissionsReader(problems).rules(document.get());
    if (problems.hasErrors()) {
      throw new ProblemException(
          problems.all().stream()
              .sorted(Comparator.comparing(p -> p.location().orElseThrow()))
              .toList());
    }
    return rules;
  }

  private List<PermissionRule> rules(Yaml document) {
    List<PermissionRule> rules = new ArrayList<>();
    if (document instanceof Yaml.Sequence sequence) {
      for (Yaml item : sequence.items()) {
        Section.of(item).flatMap(this::rule).ifPresent(rules::add);
      }
    }
    return rules;
  }

  private Optional<PermissionRule> rule(Section section) {
    Optional<Text> path = section.text("path").flatMap(this::path);
    OptionalInt mode = section.get("mode").map(this::mode).orElse(OptionalInt.empty());
    Optional<Owner> owner = section.textOrNumber("owner").flatMap(this::owner);
    Optional<Owner> group = section.textOrNumber("group").flatMap(this::owner);
    if (section.has("path")
        && !section.has("mode")
        && !section.has("owner")
        && !section.has("group")) {
      problems.add(
          Problem.error(
              section.location(),
              "the rule sets nothing",
              "add one of mode, owner, group, or remove the rule"));
    }
    return path.map(p -> new PermissionRule(p.value(), mode, owner, group, section.location()));
  }

  private Optional<Text> path(Text text) {
    String wrong;
    if (!text.value().startsWith("/")) {
      wrong = "is not absolute";
    } else if (("/" + text.value() + "/").contains("/../")
        || ("/" + text.value() + "/").contains("/./")) {
      wrong = "contains \".\" or \"..\"";
    } else if (text.value().length() > 1 && text.value().endsWith("/")) {
      wrong = "has a slash at its end";
    } else {
      return Optional.of(text);
    }
    problems.add(
        Problem.error(
            text.at(),
            "the pattern %s %s".formatted(text.quoted(), wrong),
            "write it from the root of the node's tree, such as \"/etc/ssh/*_key\""));
    return Optional.empty();
  }

  private OptionalInt mode(Yaml value) {
    return mode(value, problems);
  }

  /** Octal digits in quotes; what is wrong with them is told. */
  static OptionalInt mode(Yaml value, Problems problems) {
    Location at = value.location();
    if (value instanceof Yaml.Scalar scalar && scalar.value() instanceof String text) {
      if (MODE.matcher(text).matches()) {
        return OptionalInt.of(Integer.parseInt(text, 8));
      }
      problems.add(
          Problem.error(
              at,
              "the mode %s is not octal".formatted(Text.quote(text)),
              "write three or four digits from 0 to 7, such as \"0644\""));
    } else if (value instanceof Yaml.Scalar scalar && scalar.value() instanceof Number) {
      String digits = scalar.text().replaceFirst("^0o", "");
      problems.add(
          Problem.error(
              at,
              "the mode %s is not in quotes, and YAML readers disagree whether it is"
                      .formatted(scalar.text())
                  + " octal or decimal",
              MODE.matcher(digits).matches()
                  ? "write \"%s\"".formatted(digits.length() == 3 ? "0" + digits : digits)
                  : "write it in octal and in quotes, such as \"0644\""));
    } else {
      problems.add(
          Problem.error(
              at, "the mode is not a valid value", "write it in quotes, such as \"0644\""));
    }
    return OptionalInt.empty();
  }

  private Optional<Owner> owner(Text text) {
    return owner(text, problems);
  }

  /** A user or group by number or name; what is wrong with it is told. */
  static Optional<Owner> owner(Text text, Problems problems) {
    if (text.value().equals("root")) {
      return Optional.of(Owner.ROOT);
    }
    if (NAME.matcher(text.value()).matches()) {
      return Optional.of(new Owner.Name(text.value()));
    }
    if (text.value().matches("\\d{1,20}")) {
      BigInteger id = new BigInteger(text.value());
      if (id.compareTo(BigInteger.valueOf(Owner.MAX_ID)) <= 0) {
        return Optional.of(new Owner.Id(id.longValueExact()));
      }
    }
    problems.add(
        Problem.error(
            text.at(),
            "%s is not a valid user or group".formatted(text.quoted()),
            "write a name, or a number from 0 to " + Owner.MAX_ID));
    return Optional.empty();
  }
}
