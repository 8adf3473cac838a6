package dev.diskless.discover;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/** Inventory with additional lines at its end, in the order of its columns. */
final class InventoryText {

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setCommentMarker('#')
          .setIgnoreEmptyLines(true)
          .setIgnoreSurroundingSpaces(true)
          .get();

  private InventoryText() {}

  static String with(Path file, String text, List<Newcomer> newcomers) throws IOException {
    String end = text.contains("\r\n") ? "\r\n" : "\n";
    StringBuilder all = new StringBuilder(text);
    if (!text.endsWith("\n")) {
      all.append(end);
    }
    for (String line : lines(header(file, text), newcomers)) {
      all.append(line).append(end);
    }
    return all.toString();
  }

  /** Returns the lines for new nodes. */
  static List<String> lines(List<String> columns, List<Newcomer> newcomers) {
    return newcomers.stream().map(n -> line(columns, n)).toList();
  }

  static List<String> header(Path file, String text) throws IOException {
    String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
    try (CSVParser parser = CSVParser.parse(new StringReader(plain), FORMAT)) {
      var records = parser.iterator();
      if (!records.hasNext()) {
        throw Additions.refused(file, "it is empty", "begin it with name,mac,address,group");
      }
      return new ArrayList<>(records.next().toList());
    } catch (UncheckedIOException malformed) {
      throw Additions.refused(file, "it is not valid CSV", "run diskless:validate");
    }
  }

  private static String line(List<String> columns, Newcomer newcomer) {
    List<String> cells = new ArrayList<>();
    for (String column : columns) {
      cells.add(
          switch (column) {
            case "name" -> newcomer.name();
            case "mac" -> newcomer.mac();
            case "address" -> newcomer.address();
            case "group" -> newcomer.group();
            default -> "";
          });
    }
    return String.join(",", cells.stream().map(InventoryText::cell).toList());
  }

  private static String cell(String text) {
    return text.matches("[A-Za-z0-9._: -]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
  }
}
