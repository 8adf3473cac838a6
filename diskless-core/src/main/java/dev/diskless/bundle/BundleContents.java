package dev.diskless.bundle;

import dev.diskless.boot.BootFile;
import dev.diskless.compose.StandaloneLayer;
import dev.diskless.model.Cluster;
import dev.diskless.tree.Layer;
import java.io.IOException;
import java.util.List;

/**
 * Contents of a bundle. {@link #layers} passes one layer at a time, because a cluster may have
 * thousands of layers.
 */
public interface BundleContents {

  Cluster cluster();

  /** The images that nodes use, in the descriptor's order. */
  List<ImagePart> images();

  /** Files of the images that the bundle puts into the TFTP root. */
  List<BootFile> bootFiles();

  /**
   * Rendered files for the TFTP root that all masters serve. {@link MasterPart} contains the files
   * that only one of several masters serves.
   */
  Layer boot() throws IOException;

  /** Rendered files of each master, in the order of the cluster. */
  List<MasterPart> masters();

  /**
   * Passes the layer of each group, then the layer of each node. {@link StandaloneLayer} makes each
   * layer.
   *
   * @param sink receives the layers one after another
   */
  void layers(LayerSink sink) throws IOException;

  /** Receiver of layers. */
  interface LayerSink {

    /**
     * @param layer named {@code groups/<name>} or {@code nodes/<name>}
     */
    void accept(Layer layer) throws IOException;
  }
}
