package dev.diskless.discover;

import dev.diskless.model.Cluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Files to which nodes can be appended, and a way to test a change.
 *
 * @param descriptor file cluster.yaml
 * @param inventory CSV file of the descriptor; empty if it has none
 * @param trial reads the descriptor with another text for one file
 */
public record DescriptorFiles(Path descriptor, Optional<Path> inventory, Trial trial) {

  /** Reads the descriptor with another text for one file. */
  @FunctionalInterface
  public interface Trial {

    /**
     * Returns the cluster of a changed descriptor.
     *
     * @param file descriptor or inventory
     * @param candidate file to read instead
     * @throws dev.diskless.problem.ProblemException if the changed descriptor has errors
     */
    Cluster read(Path file, Path candidate) throws IOException;
  }

  /**
   * Returns the file that gets new nodes: the inventory if there is one, or else the descriptor.
   */
  Path target() {
    return inventory.orElse(descriptor);
  }
}
