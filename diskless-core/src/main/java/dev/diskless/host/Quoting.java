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

  /** Reverses {@link #shell}. A word without quotes is returned as it is. */
  public static String unquoted(String word) {
    return word.startsWith("'") && word.endsWith("'") && word.length() > 1
        ? word.substring(1, word.length() - 1).replace("'\\''", "'")
        : word;
  }

  /**
   * Quotes a kernel argument for GRUB (GRUB manual, "Quoting"). GRUB itself puts an argument with a
   * space into double quotes, so double quotes are removed.
   */
  public static String grub(String argument) {
    return PLAIN.matcher(argument).matches() ? argument : shell(argument.replace("\"", ""));
  }
}
