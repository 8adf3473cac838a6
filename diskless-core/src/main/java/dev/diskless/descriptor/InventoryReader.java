package dev.diskless.descriptor;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads nodes from a CSV file (RFC 4180, with comments), one a line. */
final class InventoryReader {

  private static final List<String> REQUIRED = List.of("name", "mac", "address", "group");

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setCommentMarker('#')
          .setIgnoreEmptyLines(true)
          .setIgnoreSurroundingSpaces(true)
          .get();

  private final SourceText source;
  private final Formats formats;
  private final Optional<Groups> groups;
  private final Problems problems;

  /** In characters; all before it has been read. */
  private int at;

  /** Whether the cell before it is as RFC 4180 has it. */
  private boolean wellFormed = true;

  /** The lines before this position are counted. */
  private int counted;

  private int line = 1;

  /**
   * @param groups empty where the groups themselves cannot be read
   */
  InventoryReader(SourceText source, Formats formats, Optional<Groups> groups, Problems problems) {
    this.source = source;
    this.formats = formats;
    this.groups = groups;
    this.problems = problems;
  }

  List<NodeDraft> read() throws IOException {
    List<NodeDraft> drafts = new ArrayList<>();
    try (CSVParser parser = CSVParser.parse(new StringReader(source.text()), FORMAT)) {
      List<Text> header = null;
      for (CSVRecord csvRecord : parser) {
        List<Text> cells = cells(csvRecord);
        if (header == null) {
          header = cells;
          if (!checkHeader(header)) {
            return drafts;
          }
        } else {
          draft(header, cells).ifPresent(drafts::add);
        }
      }
      if (header == null) {
        problems.add(
            Problem.error(
                Location.of(source.file()),
                "the inventory is empty",
                "begin it with the line name,mac,address,group"));
      }
    } catch (UncheckedIOException broken) {
      throw new ProblemException(malformed(), broken);
    }
    return drafts;
  }

  /** The library gives what it cannot read as an I/O error, and the cell after the last record. */
  private Problem malformed() {
    at = skipped(at);
    Location cell;
    do {
      cell = nextCell();
    } while (wellFormed && at < source.text().length());
    return Problem.error(
        cell,
        "this cell has invalid quotes",
        "close its quotes right before the next comma, and double the quotes inside it");
  }

  private List<Text> cells(CSVRecord csvRecord) {
    at = skipped(at);
    List<Text> cells = new ArrayList<>(csvRecord.size());
    for (String value : csvRecord) {
      cells.add(new Text(value, nextCell()));
    }
    return cells;
  }

  /** Where the next cell begins; goes on to the one after it. */
  private Location nextCell() {
    String text = source.text();
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    Location place = placeOf(at);
    boolean quoted = at < text.length() && text.charAt(at) == '"';
    if (quoted) {
      at = closingQuote(at);
    }
    wellFormed = at >= 0;
    at = wellFormed ? at : text.length();
    int end = at;
    while (end < text.length() && ",\r\n".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    wellFormed &= !quoted || text.substring(at, end).isBlank();
    at = Math.min(end + 1, text.length());
    return place;
  }

  /** After the quote that closes a cell; -1 where there is none. Two stand for one inside. */
  private int closingQuote(int open) {
    int quote = source.text().indexOf('"', open + 1);
    while (quote >= 0 && source.text().startsWith("\"\"", quote)) {
      quote = source.text().indexOf('"', quote + 2);
    }
    return quote < 0 ? -1 : quote + 1;
  }

  private Location placeOf(int position) {
    String text = source.text();
    for (; counted < position; counted++) {
      if (text.charAt(counted) == '\n') {
        line++;
      }
    }
    int begin = text.lastIndexOf('\n', position - 1) + 1;
    return new Location(source.file(), line, text.codePointCount(begin, position) + 1);
  }

  /** Where the next record itself begins, after comments and empty lines. */
  private int skipped(int position) {
    String text = source.text();
    int begin = position;
    while (begin < text.length()) {
      int end = text.indexOf('\n', begin);
      String rest = text.substring(begin, end < 0 ? text.length() : end).strip();
      if (!rest.isEmpty() && !rest.startsWith("#") || end < 0) {
        return begin;
      }
      begin = end + 1;
    }
    return begin;
  }

  private boolean checkHeader(List<Text> header) {
    List<String> names = header.stream().map(Text::value).toList();
    Map<String, Text> seen = new LinkedHashMap<>();
    boolean good = true;
    for (Text name : header) {
      Text first = seen.putIfAbsent(name.value(), name);
      if (name.value().isEmpty()) {
        problems.add(
            Problem.error(name.at(), "a column has no name", "write it, or remove the column"));
        good = false;
      } else if (first != null) {
        problems.add(
            Problem.error(
                name.at(),
                "the column %s exists twice".formatted(name.quoted()),
                "keep one of them"));
        good = false;
      }
    }
    List<String> others = names.stream().filter(n -> !REQUIRED.contains(n)).toList();
    for (String required : REQUIRED) {
      if (!names.contains(required)) {
        boolean otherSeparator = names.size() == 1 && names.get(0).matches(".*[;\\t].*");
        Optional<String> nearest = Nearest.to(required, others);
        problems.add(
            Problem.error(
                header.stream()
                    .filter(h -> nearest.equals(Optional.of(h.value())))
                    .findFirst()
                    .orElse(header.get(0))
                    .at(),
                "the inventory has no column \"%s\"".formatted(required),
                otherSeparator
                    ? "separate columns by commas"
                    : nearest
                        .map(n -> "write \"%s\" instead of %s".formatted(required, Text.quote(n)))
                        .orElse("begin the file with the line name,mac,address,group")));
        good = false;
        if (otherSeparator) {
          break;
        }
      }
    }
    return good;
  }

  private Optional<NodeDraft> draft(List<Text> header, List<Text> cells) {
    if (cells.size() != header.size()) {
      problems.add(
          Problem.error(
              cells.get(Math.min(cells.size() - 1, header.size())).at(),
              "this line has %d cells, the header %d".formatted(cells.size(), header.size()),
              cells.size() < header.size()
                  ? "add the missing cells, empty cells for missing values"
                  : "remove the extra cells, or put a cell with a comma in quotes"));
      return Optional.empty();
    }
    Map<String, Text> row = new LinkedHashMap<>();
    Map<String, Object> resources = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      String column = header.get(i).value();
      Text cell = cells.get(i);
      if (!REQUIRED.contains(column)) {
        if (!cell.value().isEmpty()) {
          resources.put(column, cell.value());
        }
      } else if (cell.value().isEmpty()) {
        problems.add(
            Problem.error(cell.at(), "the cell \"%s\" is empty".formatted(column), "fill it"));
      } else {
        row.put(column, cell);
      }
    }
    Optional<Text> name = Optional.ofNullable(row.get("name"));
    Optional<Text> mac = Optional.ofNullable(row.get("mac"));
    Optional<Text> address = Optional.ofNullable(row.get("address"));
    Optional<String> group =
        Optional.ofNullable(row.get("group"))
            .filter(text -> groups.isPresent() && groups.get().use(text))
            .map(Text::value);
    if (name.filter(n -> n.value().indexOf('[') >= 0).isPresent()) {
      problems.add(
          Problem.error(
              name.get().at(),
              "the name %s is a range, which an inventory does not support"
                  .formatted(name.get().quoted()),
              "write a line for each node, or the range under \"nodes\" of the descriptor"));
      return Optional.empty();
    }
    String whose = name.map(n -> "node " + n.quoted()).orElse("a node");
    var readMac = mac.flatMap(t -> formats.mac(t).map(m -> new Placed<>(m, t.at())));
    var readAddress =
        address.flatMap(t -> formats.ipv4(t, whose).map(a -> new Placed<>(a, t.at())));
    Map<String, Object> merged =
        group
            .flatMap(g -> groups.map(all -> Resources.merge(all.resources(g), resources)))
            .orElse(resources);
    return name.map(n -> new NodeDraft(n, readMac, readAddress, group, merged, Map.of()));
  }
}
