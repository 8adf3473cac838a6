package dev.diskless.descriptor;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node's name, or many: <code>node[001-100]</code>, <code>node[1-3,7]</code>, <code>
 * rack[1-4]-[01-40]</code>, as ClusterShell and Slurm write them. The last brackets count fastest.
 * Numbers are padded with zeros to the width of a first number that begins with one.
 *
 * @param names in order
 * @param isRange whether it was written with brackets
 */
public record NameRange(List<String> names, boolean isRange) {

  static final int MAX = 65_536;

  private static final Pattern PART = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

  private static final String FORM = "write a range such as \"node[001-100]\" or \"node[1-3,7]\"";

  public NameRange {
    names = List.copyOf(names);
  }

  /**
   * The names that a word stands for, outside of a descriptor.
   *
   * @param option that it was given by, for messages
   * @param problems takes what is wrong with it; there are no names then
   */
  public static List<String> names(String word, String option, Problems problems) {
    return read(new Text(word, Location.of(option)), problems)
        .map(NameRange::names)
        .orElse(List.of());
  }

  /**
   * @param problems takes what is wrong with the range; the names themselves are not looked at
   */
  static Optional<NameRange> read(Text text, Problems problems) {
    String rest = text.value();
    if (rest.indexOf('[') < 0 && rest.indexOf(']') < 0) {
      return Optional.of(new NameRange(List.of(rest), false));
    }
    List<String> names = List.of("");
    while (!rest.isEmpty()) {
      int open = rest.indexOf('[');
      int close = rest.indexOf(']');
      if (open < 0 && close >= 0 || open >= 0 && close < open) {
        return fault(text, "has brackets that do not match", FORM, problems);
      }
      String literal = open < 0 ? rest : rest.substring(0, open);
      names = names.stream().map(name -> name + literal).toList();
      if (open < 0) {
        break;
      }
      Optional<List<String>> numbers = numbers(text, rest.substring(open + 1, close), problems);
      if (numbers.isEmpty()) {
        return Optional.empty();
      }
      if ((long) names.size() * numbers.get().size() > MAX) {
        return tooMany(text, problems);
      }
      List<String> longer = new ArrayList<>(names.size() * numbers.get().size());
      for (String name : names) {
        numbers.get().forEach(number -> longer.add(name + number));
      }
      names = longer;
      rest = rest.substring(close + 1);
    }
    return Optional.of(new NameRange(names, true));
  }

  private static Optional<List<String>> numbers(Text text, String list, Problems problems) {
    if (list.isBlank()) {
      return fault(text, "has empty brackets", FORM, problems);
    }
    List<String> numbers = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      Matcher matcher = PART.matcher(part.strip());
      if (!matcher.matches()) {
        return fault(
            text, "has %s in its brackets".formatted(Text.quote(part.strip())), FORM, problems);
      }
      String low = matcher.group(1);
      String high = matcher.group(2) == null ? low : matcher.group(2);
      int first = Integer.parseInt(low);
      int last = Integer.parseInt(high);
      if (first > last) {
        return fault(
            text,
            "counts down from %s to %s".formatted(low, high),
            "write [%s-%s]".formatted(high, low),
            problems);
      }
      boolean padded = low.length() > 1 && low.startsWith("0");
      if (high.length() > 1 && high.startsWith("0") && high.length() != low.length()
          || padded && high.length() < low.length()) {
        return fault(
            text,
            "pads %s and %s to different widths".formatted(low, high),
            "write both with as many digits",
            problems);
      }
      if (numbers.size() + (long) last - first + 1 > MAX) {
        return tooMany(text, problems);
      }
      int width = padded ? low.length() : 1;
      for (int number = first; number <= last; number++) {
        String digits = Integer.toString(number);
        numbers.add("0".repeat(Math.max(0, width - digits.length())) + digits);
      }
    }
    return Optional.of(numbers);
  }

  private static <T> Optional<T> tooMany(Text text, Problems problems) {
    return fault(text, "makes more than 65,536 nodes", "split the cluster", problems);
  }

  private static <T> Optional<T> fault(
      Text text, String message, String remedy, Problems problems) {
    problems.add(
        Problem.error(text.at(), "the range %s %s".formatted(text.quoted(), message), remedy));
    return Optional.empty();
  }
}
