package dev.diskless.bundle;

import dev.diskless.boot.BootFile;
import dev.diskless.compose.StandaloneLayer;
import dev.diskless.model.Cluster;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.util.List;

/** What goes into a bundle. Layers are handed over one at a time, for there may be thousands. */
public interface BundleContents {

  Cluster cluster();

  /** The images that nodes use, in the descriptor's order. */
  List<ImagePart> images();

  /** What the TFTP root takes from the images. */
  List<BootFile> bootFiles();

  /** What was rendered for the TFTP root, and is not for the nodes of one of several masters. */
  Layer boot() throws IOException;

  /** What was rendered for each master, in the cluster's order. */
  List<MasterPart> masters();

  /**
   * Hands over the layer of each group, then of each node, each made by {@link StandaloneLayer}.
   *
   * @param sink takes them one after the other
   */
  void layers(LayerSink sink) throws IOException;

  /** Takes layers. */
  interface LayerSink {

    /**
     * @param layer named {@code groups/<name>} or {@code nodes/<name>}
     */
    void accept(Layer layer) throws IOException;
  }
}
