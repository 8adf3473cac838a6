package dev.diskless.master;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.bundle.ManifestSections;
import dev.diskless.model.Node;
import dev.diskless.model.ReleaseLayout;
import dev.diskless.model.RootMode;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

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
  private final boolean hasHardLinks;

  private InstalledTrees(Path release) throws IOException {
    this.release = release;
    this.hasHardLinks = hasHardLinks(release);
  }

  private static boolean hasHardLinks(Path release) throws IOException {
    try {
      String bundle = Files.readString(release.resolve(BundleLayout.BUNDLE.raw()));
      return BundleLayout.hasHardLinks(JsonMapper.shared().readTree(bundle).path("format").asInt());
    } catch (NoSuchFileException | JacksonException damaged) {
      throw new ProblemException(
          Problem.error(
              "%s of release %s is missing or damaged"
                  .formatted(BundleLayout.BUNDLE, release.getFileName()),
              "activate the release again"),
          damaged);
    }
  }

  /** Whether it is known which names are one file; releases of format 1 do not record it. */
  boolean hasHardLinks() {
    return hasHardLinks;
  }

  /**
   * @throws ProblemException if the manifest cannot be understood
   */
  static InstalledTrees of(Path release) throws IOException {
    InstalledTrees trees = new InstalledTrees(release);
    Path meta = release.resolve("META-INF/diskless");
    try {
      ManifestSections manifest =
          new ManifestSections(Files.readAllBytes(meta.resolve("manifest")));
      for (String section : manifest.names()) {
        if (section.contains("/")) {
          Map<String, TreeEntry> layer = new TreeMap<>();
          manifest
              .entries(section)
              .forEach((path, entry) -> layer.put(path.raw(), TreeEntry.of(entry, section)));
          trees.layers.put(section, layer);
        }
      }
    } catch (IllegalArgumentException damaged) {
      throw new ProblemException(
          Problem.error(
              "the manifest of release %s is damaged: %s"
                  .formatted(release.getFileName(), damaged.getMessage()),
              "activate the release again"));
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

  /** What a node's private tree had when it was made, by path; not its root. */
  Map<String, TreeEntry> of(Node node) throws IOException {
    // Nodes of a group come one after the other, and have the same below.
    String name = node.group().name();
    String image = node.group().image();
    String group = image + "\t" + name;
    if (!kept.equals(group)) {
      keptTree = new TreeMap<>(layers.getOrDefault("images/" + image, Map.of()));
      lay("groups/" + name, keptTree);
      addSecrets("groups/" + name, keptTree);
      kept = group;
    }
    TreeMap<String, TreeEntry> tree = new TreeMap<>(keptTree);
    lay("nodes/" + node.name(), tree);
    addSecrets("nodes/" + node.name(), tree);
    tree.remove("");
    if (node.group().root() == RootMode.SHARED) {
      tree.keySet()
          .removeIf(
              p ->
                  ReleaseLayout.PRIVATE_FOLDERS.stream()
                      .noneMatch(f -> p.equals(f) || p.startsWith(f + "/")));
    }
    return tree;
  }

  /** What the script laid into a layer beside, which no manifest may know. */
  private void addSecrets(String layer, TreeMap<String, TreeEntry> tree) throws IOException {
    Path folder = release.resolve(layer);
    Map<String, TreeEntry> known = layers.getOrDefault(layer, Map.of());
    for (Map.Entry<String, TreeEntry> each : TreeFiles.read(folder).entrySet()) {
      TreeEntry entry = each.getValue();
      if (known.containsKey(each.getKey()) || entry.type() == 'c') {
        continue;
      }
      if (entry.isFile()) {
        // A file of its own: what shares it on the disk is not part of the tree.
        tree.put(
            each.getKey(), entry.withDigest(TreeFiles.digest(folder, each.getKey())).withFile(""));
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
