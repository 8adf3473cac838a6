package dev.diskless.diff;

import dev.diskless.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rules that replace the values of a version or of a node in a text with placeholders. Files of two
 * versions that differ only in the version number become equal. Files of many nodes that differ
 * only in the node's values become equal too, so that the report shows their change once.
 */
final class ValuePlaceholders {

  /** Placeholder for the version of a release. */
  static final String VERSION = "@version@";

  /** File with the version of a release, which only users read. */
  private static final String RELEASE_FILE = "/etc/diskless-release";

  private static final Pattern RELEASE_LINE = Pattern.compile("(?m)^VERSION=.*$");

  /** Fsid of an export. It depends on the path: {@link dev.diskless.model.Export#fsid()}. */
  private static final Pattern FSID =
      Pattern.compile("(?m)^(.*@version@.*\\bfsid=)[0-9a-f-]{36}\\b");

  /**
   * Replacement of a value.
   *
   * @param pattern pattern of the value
   * @param placeholder replacement, quoted for {@link Matcher#replaceAll(String)}
   */
  private record Rule(Pattern pattern, String placeholder) {}

  private final List<Rule> rules = new ArrayList<>();

  private ValuePlaceholders() {}

  /** Returns the rules for files that do not belong to a node. */
  static ValuePlaceholders of(ComparedVersion compared) {
    ValuePlaceholders placeholders = new ValuePlaceholders();
    String folder =
        compared
            .releasePath()
            .substring(0, compared.releasePath().length() - compared.version().length());
    placeholders.add(
        "(?<=" + Pattern.quote(folder) + ")" + Pattern.quote(compared.version()), VERSION);
    // Folders of the kernels below the TFTP root.
    placeholders.add(
        Pattern.quote(compared.version()) + "(?=/[^\\s/]+/(?:vmlinuz|initrd\\.img)|/groups/)",
        VERSION);
    return placeholders;
  }

  /**
   * Returns the rules for files of a node.
   *
   * @param other the same node in the other version. A value that differs there gets a different
   *     placeholder, so that the report shows the change.
   * @param when version of {@code node}: {@code old} or {@code new}
   */
  static ValuePlaceholders of(ComparedVersion compared, Node node, Node other, String when) {
    ValuePlaceholders placeholders = of(compared);
    placeholders.add(node.address().toString(), other.address().toString(), "address", when);
    placeholders.add(node.colonMac(), other.colonMac(), "mac", when);
    placeholders.add(node.hyphenMac(), other.hyphenMac(), "mac", when);
    placeholders.add(Pattern.quote(node.name()), "@name@");
    return placeholders;
  }

  /** Adds a rule for a value after any other characters, because loaders write {@code 01-MAC}. */
  private void add(String mine, String theirs, String what, String when) {
    String placeholder = mine.equals(theirs) ? what : when + " " + what;
    add("(?<![A-Za-z0-9.])", "(?i)" + Pattern.quote(mine), "@" + placeholder + "@");
  }

  private void add(String pattern, String placeholder) {
    add("(?<![A-Za-z0-9_.-])", pattern, placeholder);
  }

  private void add(String notAfter, String pattern, String placeholder) {
    rules.add(
        new Rule(
            Pattern.compile(notAfter + "(?:" + pattern + ")(?![A-Za-z0-9_-]|\\.[A-Za-z0-9])"),
            Matcher.quoteReplacement(placeholder)));
  }

  /**
   * Returns a text with placeholders.
   *
   * @param path path of the file, with a leading slash
   */
  String replace(String path, String text) {
    String replaced = text;
    for (Rule rule : rules) {
      replaced = rule.pattern().matcher(replaced).replaceAll(rule.placeholder());
    }
    if (path.equals(RELEASE_FILE)) {
      replaced = RELEASE_LINE.matcher(replaced).replaceAll("VERSION=" + VERSION);
    }
    return replaced.contains("fsid=") ? FSID.matcher(replaced).replaceAll("$1@fsid@") : replaced;
  }
}
