package dev.diskless.master;

import dev.diskless.bundle.HardLinks;
import dev.diskless.tree.RawPaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Compares a tree on the disk with what it was made from. Not compared: times of what else is
 * equal, extended attributes, and device numbers.
 */
final class TreeComparison {

  /** What an NFS client makes of a file that is removed while it is open. */
  private static final Pattern SILLY = Pattern.compile("(.*/)?\\.nfs[0-9a-f]{16,}");

  private final Optional<NodeFiles> tree;
  private final List<String> ignored;
  private final boolean thorough;
  private final boolean hasHardLinks;

  /**
   * @param tree empty if the node's tree is missing; then everything was removed
   * @param ignored absolute paths on the node
   * @param hasHardLinks whether it is known which names were one file
   */
  TreeComparison(
      Optional<NodeFiles> tree, List<String> ignored, boolean thorough, boolean hasHardLinks) {
    this.tree = tree;
    this.ignored = ignored.stream().map(p -> p.startsWith("/") ? p.substring(1) : p).toList();
    this.thorough = thorough;
    this.hasHardLinks = hasHardLinks;
  }

  /**
   * @param made by path, as bytes, one a char
   * @return by path
   */
  List<Change> with(Map<String, TreeEntry> made) throws IOException {
    TreeMap<String, TreeEntry> found =
        tree.isPresent() ? TreeFiles.read(tree.get()) : new TreeMap<>();
    found.keySet().removeIf(this::isIgnored);
    List<Change> changes = new ArrayList<>();
    TreeMap<String, TreeEntry> added = new TreeMap<>(found);
    added.keySet().removeAll(made.keySet());
    fold(Change.Kind.ADDED, added, changes);
    TreeMap<String, TreeEntry> removed = new TreeMap<>(made);
    removed.keySet().removeIf(this::isIgnored);
    removed.keySet().removeAll(found.keySet());
    fold(Change.Kind.REMOVED, removed, changes);
    Predicate<String> isFileInBoth = path -> isFile(made.get(path)) && isFile(found.get(path));
    Map<String, Set<String>> linksMade = hardLinks(made, isFileInBoth);
    Map<String, Set<String>> linksFound = hardLinks(found, isFileInBoth);
    Set<String> contents = changedContents(made, found);
    for (Map.Entry<String, TreeEntry> each : found.entrySet()) {
      TreeEntry before = made.get(each.getKey());
      if (before != null) {
        List<String> differences = before.differences(each.getValue());
        if (contents.contains(each.getKey())) {
          differences.add(0, "content");
        }
        differences.addAll(
            HardLinks.changes(others(linksMade, each.getKey()), others(linksFound, each.getKey())));
        if (!differences.isEmpty()) {
          changes.add(
              new Change(
                  Change.Kind.CHANGED, shown(each.getKey()), String.join(", ", differences)));
        }
      }
    }
    changes.sort(null);
    return changes;
  }

  /**
   * Returns the names of files with several names, by each name. Names that only one of the trees
   * has are left out: they are reported as added or removed.
   */
  private Map<String, Set<String>> hardLinks(
      Map<String, TreeEntry> tree, Predicate<String> isFileInBoth) {
    Map<String, Set<String>> byFile = new HashMap<>();
    Map<String, Set<String>> byName = new HashMap<>();
    if (hasHardLinks) {
      tree.forEach(
          (path, entry) -> {
            if (!entry.file().isEmpty() && isFileInBoth.test(path)) {
              Set<String> names = byFile.computeIfAbsent(entry.file(), f -> new TreeSet<>());
              names.add(path);
              byName.put(path, names);
            }
          });
      byName.values().removeIf(names -> names.size() == 1);
    }
    return byName;
  }

  private static boolean isFile(TreeEntry entry) {
    return entry != null && entry.isFile();
  }

  private static Set<String> others(Map<String, Set<String>> hardLinks, String path) {
    Set<String> others = new TreeSet<>();
    for (String name : hardLinks.getOrDefault(path, Set.of())) {
      if (!name.equals(path)) {
        others.add(shown(name));
      }
    }
    return others;
  }

  /** A directory stands for what is below it. */
  private static void fold(
      Change.Kind kind, TreeMap<String, TreeEntry> paths, List<Change> changes) {
    for (Map.Entry<String, TreeEntry> each : paths.entrySet()) {
      String path = each.getKey();
      int slash = path.lastIndexOf('/');
      TreeEntry parent = slash < 0 ? null : paths.get(path.substring(0, slash));
      if (parent != null && parent.isDirectory()) {
        continue;
      }
      int below = each.getValue().isDirectory() ? paths.subMap(path + "/", path + "0").size() : 0;
      changes.add(new Change(kind, shown(path), below == 0 ? "" : "and " + below + " below"));
    }
  }

  private static String shown(String path) {
    return "/" + RawPaths.display(path);
  }

  private boolean isIgnored(String path) {
    return SILLY.matcher(path).matches()
        || ignored.stream().anyMatch(i -> path.equals(i) || path.startsWith(i + "/"));
  }

  /** Returns the paths of files whose content changed. One process reads all files. */
  private Set<String> changedContents(Map<String, TreeEntry> made, Map<String, TreeEntry> found)
      throws IOException {
    Set<String> changed = new HashSet<>();
    TreeMap<String, String> read = new TreeMap<>();
    for (Map.Entry<String, TreeEntry> each : found.entrySet()) {
      TreeEntry before = made.get(each.getKey());
      TreeEntry now = each.getValue();
      if (before == null || !before.isFile() || !now.isFile()) {
        continue;
      }
      if (before.size() != now.size()) {
        changed.add(each.getKey());
      } else if (before.digest().isPresent() && (thorough || before.time() != now.time())) {
        read.put(each.getKey(), before.digest().get());
      }
    }
    Map<String, String> digests = tree.isPresent() ? tree.get().digests(read.keySet()) : Map.of();
    read.forEach(
        (path, before) -> {
          if (!before.equals(digests.get(path))) {
            changed.add(path);
          }
        });
    return changed;
  }
}
