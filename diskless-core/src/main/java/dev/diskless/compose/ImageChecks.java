package dev.diskless.compose;

import dev.diskless.boot.BootFiles;
import dev.diskless.boot.ImageKernels;
import dev.diskless.boot.RootRequirements;
import dev.diskless.model.Cluster;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Checks of the files of images: loaders, kernels, abilities of the initramfs, and secrets. A
 * second thread runs the checks while trees are composed, because it has to decompress each
 * initramfs.
 */
public final class ImageChecks {

  private final CompletableFuture<List<Problem>> found;

  private ImageChecks(CompletableFuture<List<Problem>> found) {
    this.found = found;
  }

  /**
   * Begins to look.
   *
   * @param images the trees by the images' names
   */
  public static ImageChecks start(Cluster cluster, Map<String, FileTree> images) {
    return new ImageChecks(
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return run(cluster, images);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }));
  }

  private static List<Problem> run(Cluster cluster, Map<String, FileTree> images)
      throws IOException {
    Problems problems = new Problems();
    BootFiles.of(cluster, images, BootFiles.THIS_MACHINE, problems);
    RootRequirements.check(cluster, images, problems);
    ImageKernels.check(cluster, images, problems);
    for (Map.Entry<String, FileTree> image : images.entrySet()) {
      ImageSecrets.check(image.getKey(), image.getValue(), problems);
    }
    return problems.all();
  }

  /**
   * Waits for the end.
   *
   * @throws UncheckedIOException if a file of an image cannot be read
   */
  public List<Problem> join() {
    try {
      return found.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw e;
    }
  }
}
