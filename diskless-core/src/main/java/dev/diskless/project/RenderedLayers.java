package dev.diskless.project;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.model.Node;
import dev.diskless.template.Renderer;
import dev.diskless.tree.Layer;
import java.io.IOException;

/** Names and order of the rendered layers, as the index of rendered files contains them. */
public final class RenderedLayers {

  /** Files of the only master. */
  public static final String MASTER = "master";

  /** Files of the TFTP root that are the same for all masters. */
  public static final String BOOT = "boot";

  /** Files of all nodes. */
  public static final String ALL = "all";

  private RenderedLayers() {}

  /** Returns the name of a master's layer, which is also the master's folder in the bundle. */
  public static String of(Cluster cluster, Master master) {
    return cluster.hasOneMaster() ? MASTER : "masters/" + master.name();
  }

  /** Returns the name of the layer with the files of the TFTP root of one of several masters. */
  public static String bootOf(Master master) {
    return "boot of " + master.name();
  }

  /** Returns the name of a group's layer. */
  public static String of(Group group) {
    return "groups/" + group.name();
  }

  /** Returns the name of a node's layer. */
  public static String of(Node node) {
    return "nodes/" + node.name();
  }

  /** Receives rendered layers. */
  @FunctionalInterface
  public interface LayerSink {

    /**
     * @param name of the layer in the index
     * @param scope folder of the layer's files under the work folder
     */
    void accept(String name, String scope, Layer layer) throws IOException;
  }

  /** Renders all layers in the order of the index: masters, boot, all, groups, nodes. */
  public static void render(Cluster cluster, Renderer renderer, LayerSink sink) throws IOException {
    for (Master master : cluster.masters()) {
      String name = of(cluster, master);
      sink.accept(name, name, renderer.master(master));
    }
    if (cluster.hasOneMaster()) {
      sink.accept(BOOT, BOOT, renderer.boot());
    } else {
      sink.accept(BOOT, BOOT, renderer.bootOfAll());
      for (Master master : cluster.masters()) {
        sink.accept(bootOf(master), BOOT, renderer.bootOf(master));
      }
    }
    sink.accept(ALL, ALL, renderer.all());
    for (Group group : cluster.usedGroups()) {
      sink.accept(of(group), of(group), renderer.group(group));
    }
    for (Node node : cluster.nodes()) {
      sink.accept(of(node), of(node), renderer.node(node));
    }
  }
}
