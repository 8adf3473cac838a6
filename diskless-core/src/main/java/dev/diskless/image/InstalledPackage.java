package dev.diskless.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A package that is installed in a tree.
 *
 * @param name such as {@code openssh-server}
 * @param version as dpkg writes it, with epoch and revision
 * @param architecture as dpkg writes it; {@code all} where it does not matter
 */
public record InstalledPackage(String name, String version, String architecture) {

  private static final TreePath STATUS = TreePath.of("var/lib/dpkg/status");

  /** All that is looked at of a package's two dozen fields. */
  private static final List<String> FIELDS =
      List.of("Package", "Status", "Version", "Architecture");

  /** Directory with one file per package in images without dpkg. */
  private static final TreePath STATUS_FILES = TreePath.of("var/lib/dpkg/status.d");

  /**
   * Returns all packages that are installed according to the dpkg database of a tree
   * (dpkg-query(1), deb822(5)).
   *
   * @return sorted by name and architecture; empty if the tree has no dpkg database
   */
  static List<InstalledPackage> in(FileTree tree) throws IOException {
    List<InstalledPackage> found = new ArrayList<>();
    Optional<Entry> status = tree.resolve(STATUS).filter(Entry::isFile);
    if (status.isPresent()) {
      read(status.get(), true, found);
    }
    for (Iterator<Entry> files = tree.below(STATUS_FILES); files.hasNext(); ) {
      Entry file = files.next();
      if (file.isFile() && !file.path().rawName().endsWith(".md5sums")) {
        read(file, false, found);
      }
    }
    found.sort(
        Comparator.comparing(InstalledPackage::name)
            .thenComparing(InstalledPackage::architecture)
            .thenComparing(InstalledPackage::version));
    return List.copyOf(found);
  }

  private static void read(Entry file, boolean withStatus, List<InstalledPackage> found)
      throws IOException {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(file.content().open(), UTF_8), 1 << 16)) {
      Map<String, String> fields = new HashMap<>();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isBlank()) {
          add(fields, withStatus, found);
          fields.clear();
          continue;
        }
        for (String field : FIELDS) {
          if (line.startsWith(field) && line.startsWith(":", field.length())) {
            fields.put(field, line.substring(field.length() + 1).strip());
          }
        }
      }
      add(fields, withStatus, found);
    }
  }

  private static void add(
      Map<String, String> fields, boolean withStatus, List<InstalledPackage> found) {
    String name = fields.get("Package");
    String version = fields.get("Version");
    if (name == null || version == null) {
      return;
    }
    // "install ok installed": what is wanted, its health, and its state.
    if (withStatus && !fields.getOrDefault("Status", "").endsWith(" installed")) {
      return;
    }
    found.add(new InstalledPackage(name, version, fields.getOrDefault("Architecture", "")));
  }

  @Override
  public String toString() {
    return name + " " + version + (architecture.isEmpty() ? "" : " " + architecture);
  }
}
