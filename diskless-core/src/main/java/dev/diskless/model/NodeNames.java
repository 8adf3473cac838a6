package dev.diskless.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Short forms of lists of node names, as the descriptor accepts them: {@code node[001-098]}. Only
 * the last number in a name is part of a range.
 */
public final class NodeNames {

  private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{1,9})(\\D*)");

  private NodeNames() {}

  /**
   * Names that differ only in one number.
   *
   * @param prefix text before the number
   * @param suffix text after the number
   * @param width number of digits; 0 for numbers without leading zeros
   */
  private record Family(String prefix, String suffix, int width) {}

  /** Returns all names in short form, separated by commas. */
  public static String fold(Collection<String> names) {
    Map<String, Set<Integer>> padded = new LinkedHashMap<>();
    List<Matcher> numbered = new ArrayList<>();
    Map<Object, TreeSet<String>> families = new LinkedHashMap<>();
    for (String name : names) {
      Matcher matcher = NUMBERED.matcher(name);
      if (matcher.matches()) {
        numbered.add(matcher);
        String digits = matcher.group(2);
        if (digits.startsWith("0") && digits.length() > 1) {
          padded
              .computeIfAbsent(matcher.group(1) + "\0" + matcher.group(3), k -> new HashSet<>())
              .add(digits.length());
        }
      } else {
        families.put(name, new TreeSet<>());
      }
    }
    for (Matcher name : numbered) {
      String digits = name.group(2);
      Set<Integer> widths = padded.getOrDefault(name.group(1) + "\0" + name.group(3), Set.of());
      int width = widths.contains(digits.length()) ? digits.length() : 0;
      families
          .computeIfAbsent(
              new Family(name.group(1), name.group(3), width),
              f -> new TreeSet<>(Comparator.comparingInt(Integer::parseInt)))
          .add(digits);
    }
    List<String> folded = new ArrayList<>();
    families.forEach(
        (family, digits) ->
            folded.add(family instanceof Family f ? text(f, digits) : (String) family));
    return String.join(", ", folded);
  }

  private static String text(Family family, TreeSet<String> digits) {
    List<String> runs = new ArrayList<>();
    String first = null;
    String last = null;
    for (String each : digits) {
      if (last != null && Integer.parseInt(each) == Integer.parseInt(last) + 1) {
        last = each;
      } else {
        run(first, last, runs);
        first = each;
        last = each;
      }
    }
    run(first, last, runs);
    String numbers = String.join(",", runs);
    return family.prefix() + (digits.size() == 1 ? numbers : "[" + numbers + "]") + family.suffix();
  }

  private static void run(String first, String last, List<String> runs) {
    if (first != null) {
      runs.add(first.equals(last) ? first : first + "-" + last);
    }
  }
}
