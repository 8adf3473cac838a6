package dev.diskless.compose;

import dev.diskless.model.Group;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreePath;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Warns about enabled units that do not exist in the tree. A layer or a kernel argument enables
 * them. The service manager ignores them without a message.
 */
public final class UnitRequirements {

  /** Links by which systemctl(1) enables a unit. Generators make units for mounts. */
  private static final Pattern ENABLED =
      Pattern.compile(
          "/etc/systemd/system/[^/]+\\.(?:wants|requires|upholds)/"
              + "([^/]+\\.(?:service|socket|timer|path|target))");

  private static final String ARGUMENT = "systemd.wants=";

  /** Directories of units (systemd.unit(5)). */
  private static final List<TreePath> DIRECTORIES =
      Stream.of(
              "etc/systemd/system",
              "usr/local/lib/systemd/system",
              "usr/lib/systemd/system",
              "lib/systemd/system")
          .map(TreePath::of)
          .toList();

  private static final List<TreePath> SYSTEMD =
      Stream.of("usr/lib/systemd/systemd", "lib/systemd/systemd").map(TreePath::of).toList();

  private UnitRequirements() {}

  /**
   * Checks the units that a layer enables.
   *
   * @param tree with this layer
   * @param own what a group adds to its image, or a node to its group
   * @param problems receives each warning once, however many trees have the same link
   */
  public static void check(FileTree tree, Layer own, Problems problems) {
    if (SYSTEMD.stream().noneMatch(program -> tree.resolve(program).isPresent())) {
      return;
    }
    for (Entry entry : own.entries()) {
      Matcher enabled = ENABLED.matcher(entry.path().toString());
      if (entry.isSymlink()
          && enabled.matches()
          && tree.resolve(entry.path()).isEmpty()
          && !exists(enabled.group(1), tree)) {
        add(
            Problem.warning(
                Location.of(entry.layer() + entry.path()),
                "this link enables the unit %s, which does not exist on the node"
                    .formatted(enabled.group(1)),
                "correct its name, or add the package with this unit to the image"),
            problems);
      }
    }
  }

  /** Checks the units that the kernel arguments of a group enable (systemd(1)). */
  public static void checkArguments(Group group, FileTree tree, Problems problems) {
    for (String argument : group.kernelArgs()) {
      if (argument.startsWith(ARGUMENT) && !exists(argument.substring(ARGUMENT.length()), tree)) {
        add(
            Problem.warning(
                "group %s: %s in kernelArgs enables a unit that does not exist on the nodes"
                    .formatted(group.name(), argument),
                "correct its name, or add the package with this unit to the image "
                    + group.image()),
            problems);
      }
    }
  }

  private static void add(Problem problem, Problems problems) {
    problems.addOnce(problem);
  }

  private static boolean exists(String unit, FileTree tree) {
    // An instance such as getty@tty1.service uses the template getty@.service.
    List<String> names = List.of(unit, unit.replaceFirst("@.+\\.", "@."));
    boolean hasScript =
        unit.endsWith(".service")
            && tree.resolve(TreePath.of("etc/init.d/" + unit.replaceFirst("\\.service$", "")))
                .isPresent();
    return hasScript
        || DIRECTORIES.stream()
            .flatMap(directory -> names.stream().map(n -> directory.resolve(TreePath.of(n))))
            .anyMatch(path -> tree.get(path).isPresent() || tree.resolve(path).isPresent());
  }
}
