package dev.diskless.host;

import java.util.regex.Pattern;

/** Quotes words for command languages. */
public final class Quoting {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_=:,./@%+-]+");

  private Quoting() {}

  /**
   * Quotes a word for a POSIX shell (XCU 2.2.2, Single-Quotes).
   *
   * @param word any characters but NUL
   */
  public static String shell(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /**
   * Returns the word that a POSIX shell reads (XCU 2.2). The quotes must enclose the whole word.
   *
   * @param word word in single quotes, in double quotes, or without quotes
   */
  public static String unquoted(String word) {
    if (isIn('\'', word)) {
      return word.substring(1, word.length() - 1).replace("'\\''", "'");
    }
    return isIn('"', word)
        ? word.substring(1, word.length() - 1).replaceAll("\\\\([\"\\\\$`])", "$1")
        : word;
  }

  private static boolean isIn(char quote, String word) {
    return word.length() > 1 && word.charAt(0) == quote && word.charAt(word.length() - 1) == quote;
  }

  /**
   * Quotes a kernel argument for GRUB (GRUB manual, "Quoting"). GRUB itself puts an argument with a
   * space into double quotes, so double quotes are removed.
   */
  public static String grub(String argument) {
    return PLAIN.matcher(argument).matches() ? argument : shell(argument.replace("\"", ""));
  }
}
