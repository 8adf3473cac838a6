package dev.diskless.diff;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Package that differs between two versions of an image.
 *
 * @param name name of the package; with {@code :ARCHITECTURE} if the image has it for several
 *     architectures
 * @param before old version of the package; empty if it was added
 * @param after new version of the package; empty if it was removed
 */
public record PackageChange(String name, Optional<String> before, Optional<String> after) {

  /** {@code added}, {@code removed}, {@code upgraded}, {@code downgraded} or {@code changed}. */
  public String kind() {
    if (before.isEmpty()) {
      return "added";
    }
    if (after.isEmpty()) {
      return "removed";
    }
    int order = DebianVersion.compare(before.get(), after.get());
    return order == 0 ? "changed" : order < 0 ? "upgraded" : "downgraded";
  }

  /**
   * Compares two package locks. Each line has the name, version and architecture of a package,
   * separated by tabs.
   *
   * @param before lines of the old version
   * @param after lines of the new version
   */
  static List<PackageChange> of(List<String> before, List<String> after) {
    Map<String, String> old = versions(before);
    Map<String, String> now = versions(after);
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    List<PackageChange> changes = new ArrayList<>();
    for (String name : names) {
      Optional<String> was = Optional.ofNullable(old.get(name));
      Optional<String> is = Optional.ofNullable(now.get(name));
      if (!was.equals(is)) {
        changes.add(new PackageChange(name, was, is));
      }
    }
    return changes;
  }

  /** A name alone, where it is there for one architecture; of several, each but the first's. */
  private static Map<String, String> versions(List<String> lines) {
    Map<String, String> versions = new TreeMap<>();
    for (String line : lines) {
      String[] parts = line.split("\t", -1);
      if (parts.length >= 2) {
        String architecture = parts.length > 2 ? parts[2] : "";
        String name = parts[0];
        if (versions.putIfAbsent(name, parts[1]) != null) {
          versions.put(name + ":" + architecture, parts[1]);
        }
      }
    }
    return versions;
  }
}
