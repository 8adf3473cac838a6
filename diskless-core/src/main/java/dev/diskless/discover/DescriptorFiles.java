package dev.diskless.discover;

import dev.diskless.model.Cluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where nodes can be added, and a way to try what would come of it.
 *
 * @param descriptor the cluster.yaml
 * @param inventory the CSV file that it names, if it names one
 * @param trial reads the descriptor with one file in another's place
 */
public record DescriptorFiles(Path descriptor, Optional<Path> inventory, Trial trial) {

  /** Reads the descriptor as it would be. */
  @FunctionalInterface
  public interface Trial {

    /**
     * @param file one of the descriptor's
     * @param candidate what is read instead of it
     * @throws dev.diskless.problem.ProblemException if it were no descriptor any more
     */
    Cluster read(Path file, Path candidate) throws IOException;
  }

  /** The file that gets new nodes: the inventory, where there is one. */
  Path target() {
    return inventory.orElse(descriptor);
  }
}
