package dev.diskless.diff;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.Patch;
import dev.diskless.host.VisibleText;
import java.util.ArrayList;
import java.util.List;

/** The unified difference of two texts (diff(1), {@code -u}), without the two lines of names. */
final class UnifiedText {

  private static final int CONTEXT = 3;

  private static final String NO_NEWLINE = "\n\\ No newline at end of file";

  private UnifiedText() {}

  /**
   * @return empty if they are the same
   */
  static List<String> of(String before, String after) {
    List<String> old = lines(before);
    List<String> now = lines(after);
    // The library's default algorithm needs memory for the square of the number of differences.
    Patch<String> patch =
        DiffUtils.diff(old, now, new MyersDiffWithLinearSpace<>(String::equals), null);
    List<String> unified = UnifiedDiffUtils.generateUnifiedDiff("a", "b", old, patch, CONTEXT);
    List<String> shown = new ArrayList<>();
    List<String> added = new ArrayList<>();
    for (String line : unified.subList(Math.min(2, unified.size()), unified.size())) {
      // The library prints added lines before removed lines; diff(1) prints them after.
      if (line.startsWith("+")) {
        added.add(line);
      } else {
        if (!line.startsWith("-")) {
          added.forEach(l -> show(l, shown));
          added.clear();
        }
        show(line.startsWith("@@") ? header(line, before, after) : line, shown);
      }
    }
    added.forEach(l -> show(l, shown));
    return shown;
  }

  /** Corrects a header as diff(1) counts: an empty text begins at line 0. */
  private static String header(String line, String before, String after) {
    String counted = before.isEmpty() ? line.replace("-1,0 ", "-0,0 ") : line;
    return after.isEmpty() ? counted.replace("+1,0 ", "+0,0 ") : counted;
  }

  private static void show(String line, List<String> shown) {
    for (String part : line.split("\n", -1)) {
      shown.add(VisibleText.of(part));
    }
  }

  private static List<String> lines(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    int last = lines.size() - 1;
    if (lines.get(last).isEmpty()) {
      lines.remove(last);
    } else {
      lines.set(last, lines.get(last) + NO_NEWLINE);
    }
    return lines;
  }
}
