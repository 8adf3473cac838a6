package dev.diskless.compose;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Group;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.util.Optional;

/** Warns of groups whose image does not contain their time zone: programs would use UTC instead. */
public final class TimezoneRequirements {

  private static final TreePath ZONES = TreePath.of("usr/share/zoneinfo");

  private TimezoneRequirements() {}

  /**
   * Checks one group.
   *
   * @param tree of the group, with all its layers
   */
  public static void check(Descriptor descriptor, Group group, FileTree tree, Problems problems) {
    Optional<String> zone = group.system().timezone();
    if (zone.isEmpty()
        || tree.resolve(ZONES.resolve(TreePath.of(zone.get())))
            .filter(entry -> entry.isFile())
            .isPresent()) {
      return;
    }
    String message =
        "group %s: the image %s does not contain the time zone %s, so that nodes use UTC"
            .formatted(group.name(), group.image(), zone.get());
    String remedy =
        "correct the name, or add the package tzdata to the image (tzdata-legacy for old names)";
    problems.add(
        new Problem(
            Problem.Severity.WARNING, descriptor.placeOf(group, "timezone"), message, remedy));
  }
}
