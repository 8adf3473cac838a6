package dev.diskless.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.model.Node;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;

/** Layers as tests look at them. */
public final class Rendered {

  static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private Rendered() {}

  /** A renderer with no templates but the shipped ones. */
  public static Renderer shipped(Cluster cluster) {
    return new Renderer(cluster, Path.of("no", "such", "folder"), Path.of(""), TIME);
  }

  /** Every layer, by the folder that stands for it among the golden files. */
  static Map<String, Layer> layers(Cluster cluster, Renderer renderer) {
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (Master master : cluster.masters()) {
      layers.put(
          cluster.hasOneMaster() ? "master" : "masters/" + master.name(), renderer.master(master));
    }
    layers.put("boot", renderer.boot());
    layers.put("all", renderer.all());
    for (Group group : cluster.usedGroups()) {
      layers.put("groups/" + group.name(), renderer.group(group));
    }
    for (Node node : cluster.nodes()) {
      layers.put("nodes/" + node.name(), renderer.node(node));
    }
    return layers;
  }

  static boolean has(Layer layer, String path) {
    return layer.entries().stream().anyMatch(e -> e.path().equals(TreePath.of(path)));
  }

  static Entry entry(Layer layer, String path) {
    return layer.entries().stream()
        .filter(e -> e.path().equals(TreePath.of(path)))
        .findFirst()
        .orElseThrow(() -> new NoSuchElementException(path + " is not in " + layer.entries()));
  }

  static String text(Layer layer, String path) throws IOException {
    return text(entry(layer, path));
  }

  public static String text(Entry file) throws IOException {
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
