package dev.diskless.diff;

import dev.diskless.model.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts placeholders for what a text has only because of the version, or of the node, that it was
 * made for. So what another version alone changes is the same in both, and what many nodes have
 * alike is the same for all.
 */
final class Words {

  /** Stands for a release's version. */
  static final String VERSION = "@version@";

  /** Has the version, and nothing of it is for anybody but people. */
  private static final String RELEASE_FILE = "/etc/diskless-release";

  private static final Pattern RELEASE_LINE = Pattern.compile("(?m)^VERSION=.*$");

  /** An export's fsid is made of its path, see {@link dev.diskless.model.Export#fsid()}. */
  private static final Pattern FSID =
      Pattern.compile("(?m)^(.*@version@.*\\bfsid=)[0-9a-f-]{36}\\b");

  private record Rule(Pattern pattern, String placeholder) {}

  private final List<Rule> rules = new ArrayList<>();

  private Words() {}

  /** Returns the rules for files that do not belong to a node. */
  static Words of(Side side) {
    Words words = new Words();
    String folder =
        side.releasePath().substring(0, side.releasePath().length() - side.version().length());
    words.add("(?<=" + Pattern.quote(folder) + ")" + Pattern.quote(side.version()), VERSION);
    // Where kernels lie below the TFTP root.
    words.add(
        Pattern.quote(side.version()) + "(?=/[^\\s/]+/(?:vmlinuz|initrd\\.img)|/groups/)", VERSION);
    return words;
  }

  /**
   * Returns the rules for files of a node.
   *
   * @param other the same node in the other version; what differs there gets another placeholder,
   *     or it would not be seen
   * @param when {@code old} or {@code new}
   */
  static Words of(Side side, Node node, Node other, String when) {
    Words words = of(side);
    words.add(node.address().toString(), other.address().toString(), "address", when);
    words.add(node.colonMac(), other.colonMac(), "mac", when);
    words.add(node.hyphenMac(), other.hyphenMac(), "mac", when);
    words.add(Pattern.quote(node.name()), "@name@");
    return words;
  }

  /** A loader puts the type of the network before a MAC: {@code 01-}. */
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
   * @param path of the file, with a slash before it
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
