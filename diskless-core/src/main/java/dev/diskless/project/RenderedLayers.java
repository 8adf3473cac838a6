package dev.diskless.project;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.model.Node;
import dev.diskless.model.Scope;
import dev.diskless.template.Renderer;
import dev.diskless.tree.Layer;
import java.io.IOException;

/** The rendered layers, in the order of the index of rendered files. */
public final class RenderedLayers {

  private RenderedLayers() {}

  /** Receives rendered layers. */
  @FunctionalInterface
  public interface LayerSink {

    /**
     * Receives a layer.
     *
     * @param layer whose name is for people
     */
    void accept(Scope scope, Layer layer) throws IOException;
  }

  /** Renders all layers in the order of the index: masters, boot, all, groups, nodes. */
  public static void render(Cluster cluster, Renderer renderer, LayerSink sink) throws IOException {
    for (Master master : cluster.masters()) {
      sink.accept(Scope.of(cluster, master), renderer.master(master));
    }
    if (cluster.hasOneMaster()) {
      sink.accept(Scope.BOOT, renderer.boot());
    } else {
      sink.accept(Scope.BOOT, renderer.bootOfAll());
      for (Master master : cluster.masters()) {
        sink.accept(Scope.bootOf(master), renderer.bootOf(master));
      }
    }
    sink.accept(Scope.ALL, renderer.all());
    for (Group group : cluster.usedGroups()) {
      sink.accept(Scope.of(group), renderer.group(group));
    }
    for (Node node : cluster.nodes()) {
      sink.accept(Scope.of(node), renderer.node(node));
    }
  }
}
