package dev.diskless.descriptor;

import dev.diskless.model.Cluster;
import dev.diskless.problem.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A descriptor without a mistake.
 *
 * @param cluster what it says. Groups without an image, which others only extend, are not in it;
 *     they stand in the lineage of those that do.
 * @param warnings what the user should know nevertheless, in the order of their places
 * @param inputs every file that was read, the descriptor first
 */
public record Descriptor(Cluster cluster, List<Problem> warnings, List<Path> inputs) {

  public Descriptor {
    Objects.requireNonNull(cluster, "cluster");
    warnings = List.copyOf(warnings);
    inputs = List.copyOf(inputs);
  }
}
