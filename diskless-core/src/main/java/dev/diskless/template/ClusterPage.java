package dev.diskless.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.host.JsonText;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Hardware;
import dev.diskless.model.Node;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files of the page that shows the cluster in a browser: fixed files, and {@code cluster.json} with
 * the nodes of one master. Everyone who may open the page reads these files, so {@link #values}
 * selects what they contain.
 */
final class ClusterPage {

  /** Folder of the files on the master. The template of nginx contains the same path. */
  static final TreePath FOLDER = TreePath.of("usr/share/diskless/view");

  /** List of the fixed files, because a program cannot list folders of a jar. */
  private static final String INDEX = "index.txt";

  private static final String SHIPPED = "/dev/diskless/view/";

  private ClusterPage() {}

  /**
   * Adds the files to the files of a master.
   *
   * @param cluster cluster as the master serves it, with only its nodes
   * @param timestamp modification time of the files
   * @param origin name of the layer
   */
  static void addTo(Layer.Builder layer, Cluster cluster, Instant timestamp, String origin) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : new String(shipped(INDEX), UTF_8).lines().toList()) {
      files.put(name, shipped(name));
    }
    files.put("cluster.json", JsonText.of(values(cluster)).getBytes(UTF_8));
    Metadata metadata = Metadata.root(0644, timestamp);
    files.forEach(
        (name, bytes) ->
            layer.add(
                Entry.file(
                    FOLDER.resolve(TreePath.of(name)), metadata, new BytesContent(bytes), origin)));
  }

  /** Returns the values of {@code cluster.json}. Free values and users are not in it. */
  static Map<String, Object> values(Cluster cluster) {
    Map<String, Object> groups = new LinkedHashMap<>();
    cluster.usedGroups().forEach(group -> groups.put(group.name(), values(group)));
    List<Object> nodes = new ArrayList<>();
    cluster.nodes().forEach(node -> nodes.add(values(cluster, node)));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("cluster", cluster.name());
    values.put("version", cluster.version());
    cluster.domain().ifPresent(domain -> values.put("domain", domain));
    values.put("groups", groups);
    values.put("nodes", nodes);
    return values;
  }

  private static Map<String, Object> values(Group group) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("image", group.image());
    values.put("root", group.root().keyword());
    values.put("boot", group.boot().keyword());
    Hardware hardware = group.hardware();
    hardware.cpus().ifPresent(cpus -> values.put("cpus", cpus));
    hardware.memory().ifPresent(memory -> values.put("memoryMiB", memory));
    return values;
  }

  private static Map<String, Object> values(Cluster cluster, Node node) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("name", node.name());
    values.put("group", node.group().name());
    values.put("master", cluster.masterOf(node).name());
    values.put("mac", node.colonMac());
    values.put("address", node.address().toString());
    cluster.address6(node.address()).ifPresent(a -> values.put("address6", a.toString()));
    Map<String, Object> addresses = new LinkedHashMap<>();
    node.addresses().forEach((name, address) -> addresses.put(name, address.toString()));
    if (!addresses.isEmpty()) {
      values.put("addresses", addresses);
    }
    return values;
  }

  private static byte[] shipped(String name) {
    try (InputStream in = ClusterPage.class.getResourceAsStream(SHIPPED + name)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks its own file " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
