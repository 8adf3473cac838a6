package dev.diskless.discover;

import dev.diskless.model.HostNames;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pattern for names of new nodes. {@code node[001-]} has no upper limit, and {@code node[001-100]}
 * has one. A name without brackets is for one node. Numbers are padded as in the descriptor.
 *
 * @param text pattern of the user
 * @param before text before the brackets
 * @param first first number with its padding; empty without brackets
 * @param last last number; empty without a limit
 * @param after text after the brackets
 */
record NamePattern(String text, String before, String first, int last, String after) {

  private static final Pattern FORM =
      Pattern.compile("([^\\[\\]]*)\\[(\\d{1,6})-(\\d{0,6})\\]([^\\[\\]]*)");

  private static final int MOST = 999_999;

  static NamePattern parse(String text) {
    Matcher matcher = FORM.matcher(text);
    NamePattern pattern =
        matcher.matches()
            ? new NamePattern(
                text,
                matcher.group(1),
                matcher.group(2),
                matcher.group(3).isEmpty() ? MOST : Integer.parseInt(matcher.group(3)),
                matcher.group(4))
            : new NamePattern(text, text, "", 0, "");
    boolean counts = matcher.matches();
    String name = pattern.name(counts ? Integer.parseInt(pattern.first) : 0);
    if (!HostNames.isLabel(name)
        || HostNames.isReadAsAddress(name)
        || counts && Integer.parseInt(pattern.first) > pattern.last) {
      throw new ProblemException(
          Problem.error(
              "diskless.name is not a valid pattern of host names: " + text,
              "write it as node[001-] or rack1-[01-40], in lower case"));
    }
    return pattern;
  }

  private String name(int number) {
    if (first.isEmpty()) {
      return before;
    }
    int width = first.startsWith("0") ? first.length() : 1;
    String digits = Integer.toString(number);
    return before + "0".repeat(Math.max(0, width - digits.length())) + digits + after;
  }

  /** Returns the lowest free name; empty if all names are taken. */
  Optional<String> next(Set<String> taken) {
    if (first.isEmpty()) {
      return taken.contains(before) ? Optional.empty() : Optional.of(before);
    }
    for (int number = Integer.parseInt(first); number <= last; number++) {
      String name = name(number);
      if (!HostNames.isLabel(name)) {
        return Optional.empty();
      }
      if (!taken.contains(name)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }
}
