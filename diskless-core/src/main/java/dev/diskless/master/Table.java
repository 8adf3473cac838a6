package dev.diskless.master;

import java.util.ArrayList;
import java.util.List;

/** Text in columns. Columns of numbers are aligned to the right. */
public final class Table {

  private static final String BETWEEN = "  ";

  private Table() {}

  /**
   * @param rows the header, then the other rows, all with the same number of cells
   */
  public static List<String> of(List<List<String>> rows) {
    int columns = rows.get(0).size();
    int[] width = new int[columns];
    boolean[] numbers = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      int column = c;
      width[c] = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
      numbers[c] =
          rows.size() > 1 && rows.stream().skip(1).allMatch(r -> r.get(column).matches("[\\d.]+"));
      // A version alone in its column is a name.
      numbers[c] &= c > 0;
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String pad = " ".repeat(width[c] - row.get(c).length());
        line.append(c == 0 ? "" : BETWEEN);
        line.append(numbers[c] ? pad + row.get(c) : row.get(c) + pad);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
