package dev.diskless.image;

import dev.diskless.model.ImageSource;
import java.nio.file.Path;

/** Finds artifacts in Maven repositories. */
@FunctionalInterface
public interface ArtifactResolver {

  /** Finds no artifact. */
  ArtifactResolver NONE =
      artifact -> {
        throw new IllegalStateException("no repository for " + artifact);
      };

  /**
   * The artifact as a file on this machine.
   *
   * @throws dev.diskless.problem.ProblemException if no repository has it
   */
  Path resolve(ImageSource.Artifact artifact);
}
