package dev.diskless.discover;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * Vendors of network cards from the lists of the IEEE, which Debian's packages ieee-data and hwdata
 * install. This program contains no such list.
 */
final class Vendors {

  /**
   * Folders with lists of blocks of 24, 28 and 36 bits. The program update-ieee-data writes to the
   * folder below /var.
   */
  private static final List<String> FOLDERS = List.of("var/lib/ieee-data", "usr/share/ieee-data");

  private static final List<String> NAMES = List.of("oui.csv", "mam.csv", "oui36.csv", "iab.csv");
  private static final List<String> TEXTS =
      List.of("usr/share/hwdata/oui.txt", "usr/share/ieee-data/oui.txt");

  private static final Pattern LINE =
      Pattern.compile("([0-9A-F]{2})-([0-9A-F]{2})-([0-9A-F]{2})\\s+\\(hex\\)\\s+(.*)");

  private final Map<String, String> byPrefix = new HashMap<>();
  private boolean found;

  private Vendors() {}

  /**
   * Reads the lists of this machine.
   *
   * @param root directory to use instead of {@code /}
   */
  static Vendors below(Path root) throws IOException {
    Vendors vendors = new Vendors();
    for (String name : NAMES) {
      for (String folder : FOLDERS) {
        Path file = root.resolve(folder).resolve(name);
        if (Files.isReadable(file)) {
          vendors.readCsv(file);
          break;
        }
      }
    }
    for (String name : TEXTS) {
      if (!vendors.found && Files.isReadable(root.resolve(name))) {
        vendors.readText(root.resolve(name));
      }
    }
    return vendors;
  }

  /** Returns whether this machine has a list. */
  boolean areKnown() {
    return found;
  }

  /**
   * Returns the vendor of an address. The longest matching block wins. A random address has no
   * vendor.
   */
  Optional<String> of(String mac) {
    String digits = mac.replace(":", "").toUpperCase(java.util.Locale.ROOT);
    if (isLocal(mac)) {
      return Optional.empty();
    }
    for (int length : new int[] {9, 7, 6}) {
      String vendor = byPrefix.get(digits.substring(0, length));
      if (vendor != null) {
        return Optional.of(vendor);
      }
    }
    return Optional.empty();
  }

  /**
   * Returns whether an address is administered locally (IEEE 802, 8.2), such as the address of a
   * virtual machine.
   */
  static boolean isLocal(String mac) {
    return (Integer.parseInt(mac.substring(0, 2), 16) & 2) == 2;
  }

  private void readCsv(Path file) throws IOException {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (BufferedReader in = Files.newBufferedReader(file, UTF_8);
        CSVParser parser = CSVParser.parse(in, format)) {
      for (CSVRecord line : parser) {
        if (line.size() > 2) {
          byPrefix.putIfAbsent(line.get(1).strip(), line.get(2).strip());
        }
      }
      found = true;
    }
  }

  private void readText(Path file) throws IOException {
    try (BufferedReader in = Files.newBufferedReader(file, ISO_8859_1)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          byPrefix.putIfAbsent(
              matcher.group(1) + matcher.group(2) + matcher.group(3), matcher.group(4).strip());
        }
      }
      found = true;
    }
  }
}
