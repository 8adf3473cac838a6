package dev.diskless.goal;

import dev.diskless.boot.BootFiles;
import dev.diskless.bundle.BundleWriter;
import dev.diskless.model.Cluster;
import dev.diskless.project.AssembledContents;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Packs images in another thread, while the goal {@code assemble} composes trees. The thread never
 * outlives the goal. If the goal fails, nothing is left but images that are completely packed.
 */
final class ImagePacking implements AutoCloseable {

  private final FutureTask<Void> packing;
  private final Thread thread;

  private ImagePacking(FutureTask<Void> packing) {
    this.packing = packing;
    this.thread = new Thread(packing, "diskless packing");
    this.thread.setDaemon(true);
  }

  /** Starts to pack the images of a project, which must be prepared. */
  static ImagePacking start(ClusterProject project, Cluster cluster) throws IOException {
    AssembledContents contents = new AssembledContents(project, cluster, BootFiles.THIS_MACHINE);
    ImagePacking started =
        new ImagePacking(
            new FutureTask<>(
                () -> {
                  BundleWriter.start(
                      project.bundle(),
                      project.packedImages(),
                      contents,
                      project.compression(),
                      project.timestamp(),
                      project.pluginVersion(),
                      project.progress());
                  return null;
                }));
    started.thread.start();
    return started;
  }

  /** Waits until all images are packed. */
  void join() throws IOException {
    try {
      packing.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      if (e.getCause() instanceof RuntimeException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while images were packed");
    }
  }

  /** Stops packing, and returns when the thread has removed its unfinished files. */
  @Override
  public void close() {
    thread.interrupt();
    boolean isInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
