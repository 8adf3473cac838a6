package dev.diskless.release;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.model.ReleaseLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The private trees of a release as they were made: from its manifest (mtree(5), as the bundle has
 * it) and what its layers delete, put together as the bundle's script does it.
 */
final class InstalledTrees {

  private record Deletion(String layer, String path) {}

  /** By layer, such as {@code images/debian}; paths as bytes, one a char, without a slash. */
  private final Map<String, Map<String, TreeEntry>> layers = new HashMap<>();

  private final List<Deletion> deletions = new ArrayList<>();
  private String kept = "";
  private TreeMap<String, TreeEntry> keptTree = new TreeMap<>();

  private final Path release;

  private InstalledTrees(Path release) {
    this.release = release;
  }

  static InstalledTrees of(Path release) throws IOException {
    InstalledTrees trees = new InstalledTrees(release);
    Path meta = release.resolve("META-INF/diskless");
    try (BufferedReader in = Files.newBufferedReader(meta.resolve("manifest"), ISO_8859_1)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        trees.add(line);
      }
    }
    Path deleted = meta.resolve("deleted");
    if (Files.exists(deleted)) {
      for (String line : Files.readAllLines(deleted, ISO_8859_1)) {
        String[] parts = line.split("\t", 3);
        if (parts.length == 3) {
          trees.deletions.add(new Deletion(parts[0], parts[2]));
        }
      }
    }
    return trees;
  }

  private void add(String line) {
    if (!line.startsWith("./images/")
        && !line.startsWith("./groups/")
        && !line.startsWith("./nodes/")) {
      return;
    }
    String[] words = line.split(" ");
    String name = decoded(words[0].substring(2));
    int first = name.indexOf('/');
    int second = name.indexOf('/', first + 1);
    String layer = second < 0 ? name : name.substring(0, second);
    String path = second < 0 ? "" : name.substring(second + 1);
    char type = '?';
    int mode = 0;
    long uid = 0;
    long gid = 0;
    long size = 0;
    long time = 0;
    String target = "";
    Optional<String> digest = Optional.empty();
    for (int i = 1; i < words.length; i++) {
      int at = words[i].indexOf('=');
      String value = words[i].substring(at + 1);
      switch (words[i].substring(0, Math.max(0, at))) {
        case "type" -> type = type(value);
        case "mode" -> mode = Integer.parseInt(value, 8);
        case "uid" -> uid = Long.parseLong(value);
        case "gid" -> gid = Long.parseLong(value);
        case "size" -> size = Long.parseLong(value);
        case "time" -> time = seconds(value);
        case "link" -> target = decoded(value);
        case "sha256digest" -> digest = Optional.of(value);
        default -> {}
      }
    }
    layers
        .computeIfAbsent(layer, l -> new TreeMap<>())
        .put(
            path,
            new TreeEntry(type, type == 'l' ? 0 : mode, uid, gid, size, time, target, digest));
  }

  private static char type(String word) {
    return word.equals("dir") ? 'd' : word.equals("fifo") ? 'p' : word.charAt(0);
  }

  static long seconds(String time) {
    int dot = time.indexOf('.');
    return Long.parseLong(dot < 0 ? time : time.substring(0, dot));
  }

  /** The three octal digits after a backslash. */
  private static String decoded(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        plain.append((char) Integer.parseInt(text, i + 1, i + 4, 8));
        i += 3;
      } else {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }

  /** What a node's private tree had when it was made, by path; not its root. */
  Map<String, TreeEntry> of(TreeOfNode node) throws IOException {
    // Nodes of a group come one after the other, and have the same below.
    String group = node.image() + "\t" + node.group();
    if (!kept.equals(group)) {
      keptTree = new TreeMap<>(layers.getOrDefault("images/" + node.image(), Map.of()));
      lay("groups/" + node.group(), keptTree);
      kept = group;
    }
    TreeMap<String, TreeEntry> tree = new TreeMap<>(keptTree);
    lay("nodes/" + node.node(), tree);
    addSecrets(node.node(), tree);
    tree.remove("");
    if (node.root().equals("shared")) {
      tree.keySet()
          .removeIf(
              p ->
                  ReleaseLayout.PRIVATE_FOLDERS.stream()
                      .noneMatch(f -> p.equals(f) || p.startsWith(f + "/")));
    }
    return tree;
  }

  /** What the script laid into a node's layer beside, which no manifest may know. */
  private void addSecrets(String node, TreeMap<String, TreeEntry> tree) throws IOException {
    Path folder = release.resolve("nodes").resolve(node);
    Map<String, TreeEntry> known = layers.getOrDefault("nodes/" + node, Map.of());
    for (Map.Entry<String, TreeEntry> each : TreeFiles.read(folder).entrySet()) {
      TreeEntry entry = each.getValue();
      if (known.containsKey(each.getKey()) || entry.type() == 'c') {
        continue;
      }
      if (entry.isFile()) {
        tree.put(each.getKey(), entry.withDigest(TreeFiles.digest(folder, each.getKey())));
      } else {
        tree.putIfAbsent(each.getKey(), entry);
      }
    }
  }

  private void lay(String layer, TreeMap<String, TreeEntry> tree) {
    for (Deletion deletion : deletions) {
      if (deletion.layer().equals(layer)) {
        tree.remove(deletion.path());
        tree.subMap(deletion.path() + "/", deletion.path() + "0").clear();
      }
    }
    tree.putAll(layers.getOrDefault(layer, Map.of()));
  }
}
