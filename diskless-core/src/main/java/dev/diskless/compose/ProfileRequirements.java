package dev.diskless.compose;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Profile;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.util.Map;

/** Refuses groups whose tree lacks the programs of the cluster's profile. */
public final class ProfileRequirements {

  /** Debian's packages, by the program that each is needed for. */
  private static final Map<String, String> OF_SLURM =
      Map.of("usr/sbin/slurmd", "slurmd", "usr/sbin/munged", "munge");

  private ProfileRequirements() {}

  /**
   * @param tree of the group, with all its layers
   */
  public static void check(Cluster cluster, Group group, FileTree tree, Problems problems) {
    if (cluster.profile() != Profile.SLURM) {
      return;
    }
    OF_SLURM.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(p -> tree.resolve(TreePath.of(p.getKey())).isEmpty())
        .forEach(
            p ->
                problems.error(
                    "group %s: profile: slurm needs /%s, which the image %s does not have"
                        .formatted(group.name(), p.getKey(), group.image()),
                    "add the package %s to it, or remove profile: slurm".formatted(p.getValue())));
  }
}
