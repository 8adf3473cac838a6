package dev.diskless.discover;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * IPv4 leases of Kea's memfile backend (Kea Administrator Reference Manual, "Memfile"). The format
 * is CSV without quotes, and the header contains the names of the columns. The start of a lease is
 * its end minus its duration.
 */
final class KeaLeases {

  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setIgnoreEmptyLines(true)
          .setQuote(null)
          .get();

  private KeaLeases() {}

  static List<Sighting> read(String text) throws IOException {
    List<Sighting> found = new ArrayList<>();
    try (CSVParser parser = CSVParser.parse(new StringReader(text), FORMAT)) {
      for (CSVRecord line : parser) {
        Optional<String> mac = cell(line, "hwaddr").flatMap(Sighting::mac);
        if (mac.isPresent()) {
          found.add(new Sighting(mac.get(), time(line), cell(line, "address"), Optional.empty()));
        }
      }
    } catch (UncheckedIOException | IllegalArgumentException damaged) {
      // The server may be writing the last line. Earlier lines are complete.
      return found;
    }
    return found;
  }

  private static Optional<String> cell(CSVRecord line, String column) {
    return line.isSet(column)
        ? Optional.of(line.get(column)).filter(c -> !c.isEmpty())
        : Optional.empty();
  }

  private static Optional<Instant> time(CSVRecord line) {
    try {
      return cell(line, "expire")
          .flatMap(
              end ->
                  cell(line, "valid_lifetime")
                      .map(life -> Long.parseLong(end) - Long.parseLong(life)))
          .map(Instant::ofEpochSecond);
    } catch (NumberFormatException | java.time.DateTimeException damaged) {
      return Optional.empty();
    }
  }
}
