package dev.diskless.compose;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Group;
import dev.diskless.model.Mount;
import dev.diskless.model.Squash;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Layer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds files that were laid over an image for a node, and that the node never sees, because it
 * mounts something over them. Files of the image itself are not reported, because mounts hide them
 * on purpose.
 */
public final class HiddenFiles {

  private static final int NAMED = 3;

  private final Descriptor descriptor;
  private final Problems problems;

  /** Reported problems, so that nodes with the same mistake cause one report. */
  private final Set<Problem> told = new HashSet<>();

  public HiddenFiles(Descriptor descriptor, Problems problems) {
    this.descriptor = descriptor;
    this.problems = problems;
  }

  /**
   * @param own what a group adds to its image, or a node to its group
   */
  public void check(Group group, Layer own) {
    for (Mount mount : group.mounts()) {
      List<String> files =
          own.entries().stream()
              .filter(e -> !e.isDirectory())
              .map(e -> e.path().toString())
              .filter(mount::hides)
              .sorted()
              .toList();
      if (!files.isEmpty()) {
        tell(group, mount, files);
      }
    }
  }

  private void tell(Group group, Mount mount, List<String> files) {
    boolean locksOut =
        mount.squash() != Squash.NONE
            && group.remoteLogin().rootsFile().filter(files::contains).isPresent();
    Optional<Location> at = descriptor.placeOf(group, mount);
    Problem problem =
        new Problem(
            locksOut ? Problem.Severity.ERROR : Problem.Severity.WARNING,
            at,
            "the mount \"%s\" hides files of the layers: %s%s"
                    .formatted(
                        mount.path(),
                        files.stream().limit(NAMED).collect(Collectors.joining(", ")),
                        files.size() > NAMED ? " and %,d more".formatted(files.size() - NAMED) : "")
                + (locksOut ? "; root logs in with one of them" : ""),
            "put them on the file server, or mount another path");
    if (told.add(problem)) {
      problems.add(problem);
    }
  }
}
