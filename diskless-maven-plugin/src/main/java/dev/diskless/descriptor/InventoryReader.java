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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads nodes from a CSV file (RFC 4180, with comments), one a line. */
final class InventoryReader {

  private static final List<String> REQUIRED = List.of("name", "mac", "address", "group");

  private static final Pattern LINE = Pattern.compile("line:? (\\d+)");

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

  private int line = 1;
  private int scanned;

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
      throw new ProblemException(malformed(broken), broken);
    }
    return drafts;
  }

  /** The library gives what it cannot read as an I/O error, with the line in its message only. */
  private Problem malformed(UncheckedIOException broken) {
    Matcher matcher = LINE.matcher(String.valueOf(broken.getCause().getMessage()));
    int at = matcher.find() ? Integer.parseInt(matcher.group(1)) : line;
    return Problem.error(
        new Location(source.file(), at, 0),
        "a cell in quotes is not well formed here",
        "close its quotes right before the next comma, and double the quotes inside it");
  }

  private List<Text> cells(CSVRecord csvRecord) {
    int start = skipped((int) csvRecord.getCharacterPosition());
    for (; scanned < start; scanned++) {
      if (source.text().charAt(scanned) == '\n') {
        line++;
      }
    }
    int end = source.text().indexOf('\n', start);
    String raw = source.text().substring(start, end < 0 ? source.text().length() : end);
    boolean quoted = raw.indexOf('"') >= 0;
    List<Text> cells = new ArrayList<>(csvRecord.size());
    int at = 0;
    for (String value : csvRecord) {
      int column = 0;
      if (!quoted) {
        while (at < raw.length() && raw.charAt(at) == ' ') {
          at++;
        }
        column = raw.codePointCount(0, Math.min(at, raw.length())) + 1;
        int comma = raw.indexOf(',', at);
        at = comma < 0 ? raw.length() : comma + 1;
      }
      cells.add(new Text(value, new Location(source.file(), line, column)));
    }
    return cells;
  }

  /** Where the record itself begins; the library counts the comments before it in. */
  private int skipped(int position) {
    String text = source.text();
    int at = position;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      String rest = text.substring(at, end < 0 ? text.length() : end).strip();
      if (!rest.isEmpty() && !rest.startsWith("#") || end < 0) {
        return at;
      }
      at = end + 1;
    }
    return at;
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
                "the column %s stands twice".formatted(name.quoted()),
                "keep one of them"));
        good = false;
      }
    }
    List<String> others = names.stream().filter(n -> !REQUIRED.contains(n)).toList();
    for (String required : REQUIRED) {
      if (!names.contains(required)) {
        boolean otherSeparator = names.size() == 1 && names.get(0).matches(".*[;\\t].*");
        problems.add(
            Problem.error(
                new Location(source.file(), header.get(0).at().line(), 0),
                "the inventory has no column \"%s\"".formatted(required),
                otherSeparator
                    ? "separate columns by commas"
                    : Nearest.to(required, others)
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
              new Location(source.file(), cells.get(0).at().line(), 0),
              "this line has %d cells, the header %d".formatted(cells.size(), header.size()),
              cells.size() < header.size()
                  ? "add the missing ones, empty where there is nothing"
                  : "remove the others, or put a cell with a comma in quotes"));
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
