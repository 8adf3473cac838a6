package dev.diskless.descriptor;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that is most similar to a misspelt word. */
public final class Nearest {

  private Nearest() {}

  /**
   * The word with the fewest letters to insert, delete, replace or swap; empty where none is near
   * enough for a slip of the keyboard. Of equally near ones the first.
   */
  public static Optional<String> to(String word, Collection<String> known) {
    String given = word.toLowerCase(Locale.ROOT);
    int best = Math.max(1, Math.min(3, word.length() / 3)) + 1;
    String nearest = null;
    for (String candidate : known) {
      // The lengths alone are a lower bound, so that most of a long list costs nothing.
      if (Math.abs(candidate.length() - given.length()) < best) {
        int distance = distance(given, candidate.toLowerCase(Locale.ROOT));
        if (distance < best) {
          best = distance;
          nearest = candidate;
        }
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** Optimal string alignment: Levenshtein's distance, with a swap of neighbours as one step. */
  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    Arrays.setAll(last, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        row[j] = Math.min(last[j - 1] + (same ? 0 : 1), Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      int[] spare = beforeLast;
      beforeLast = last;
      last = row;
      row = spare;
    }
    return last[b.length()];
  }
}
