package dev.diskless.release;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.tree.RawPaths;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Compares a tree on the disk with what it was made from. Not compared: times of what else is
 * equal, extended attributes, and device numbers.
 */
final class TreeComparison {

  /** What an NFS client makes of a file that is removed while it is open. */
  private static final Pattern SILLY = Pattern.compile("(.*/)?\\.nfs[0-9a-f]{16,}");

  private final Path tree;
  private final List<String> ignored;
  private final boolean thorough;

  /**
   * @param ignored absolute paths on the node
   */
  TreeComparison(Path tree, List<String> ignored, boolean thorough) {
    this.tree = tree.toAbsolutePath();
    this.ignored = ignored.stream().map(p -> p.startsWith("/") ? p.substring(1) : p).toList();
    this.thorough = thorough;
  }

  /**
   * @param made by path, as bytes, one a char
   * @return by path
   */
  List<Change> with(Map<String, TreeEntry> made) throws IOException {
    TreeMap<String, TreeEntry> found = read();
    List<Change> changes = new ArrayList<>();
    TreeMap<String, TreeEntry> added = new TreeMap<>(found);
    added.keySet().removeAll(made.keySet());
    fold(Change.Kind.ADDED, added, changes);
    TreeMap<String, TreeEntry> removed = new TreeMap<>(made);
    removed.keySet().removeIf(this::isIgnored);
    removed.keySet().removeAll(found.keySet());
    fold(Change.Kind.REMOVED, removed, changes);
    for (Map.Entry<String, TreeEntry> each : found.entrySet()) {
      TreeEntry before = made.get(each.getKey());
      if (before != null) {
        List<String> differences = before.differences(each.getValue());
        if (before.isFile()
            && each.getValue().isFile()
            && hasOther(each.getKey(), before, each.getValue())) {
          differences.add(0, "content");
        }
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

  private boolean hasOther(String path, TreeEntry before, TreeEntry now) throws IOException {
    if (before.size() != now.size()) {
      return true;
    }
    return (thorough || before.time() != now.time())
        && before.digest().isPresent()
        && !before.digest().equals(digest(path));
  }

  private Optional<String> digest(String path) throws IOException {
    MessageDigest sha;
    try {
      sha = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
    try (InputStream in =
        new DigestInputStream(
            Files.newInputStream(RawPaths.path(RawPaths.raw(tree) + "/" + path)), sha)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (NoSuchFileException goneSince) {
      return Optional.empty();
    }
    return Optional.of(HexFormat.of().formatHex(sha.digest()));
  }

  private TreeMap<String, TreeEntry> read() throws IOException {
    TreeMap<String, TreeEntry> found = new TreeMap<>();
    Process find =
        new ProcessBuilder(
                "find",
                tree.toString(),
                "-xdev",
                "-mindepth",
                "1",
                "-printf",
                "%y %m %U %G %s %T@\\0%l\\0%P\\0")
            .redirectError(new File("/dev/null"))
            .start();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(find.getInputStream(), ISO_8859_1), 1 << 16)) {
      for (String head = NulText.next(in); head != null; head = NulText.next(in)) {
        String target = NulText.next(in);
        String path = NulText.next(in);
        if (path == null || isIgnored(path)) {
          continue;
        }
        String[] words = head.split(" ");
        char type = words[0].charAt(0);
        found.put(
            path,
            new TreeEntry(
                type,
                type == 'l' ? 0 : Integer.parseInt(words[1], 8),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                type == 'f' ? Long.parseLong(words[4]) : 0,
                InstalledTrees.seconds(words[5]),
                target,
                Optional.empty()));
      }
    }
    return found;
  }
}
