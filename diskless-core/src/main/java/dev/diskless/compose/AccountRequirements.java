package dev.diskless.compose;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Warns of layers that replace a table of users or groups of an image and lose entries. Programs
 * such as sshd do not start without their user.
 */
public final class AccountRequirements {

  private static final int NAMED = 8;

  /** Kind of the entries of each table; the name is the first field of each line (passwd(5)). */
  private static final Map<String, String> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put("etc/passwd", "users");
    TABLES.put("etc/group", "groups");
    TABLES.put("etc/shadow", "users");
    TABLES.put("etc/gshadow", "groups");
  }

  private AccountRequirements() {}

  /**
   * Compares the tables of a tree with the tables of its image.
   *
   * @param image name of the image
   * @param lower tree of the image
   * @param upper tree of a group or node, with all its layers
   * @param problems receives each warning once, however many trees have the same file
   */
  public static void check(String image, FileTree lower, FileTree upper, Problems problems)
      throws IOException {
    for (Map.Entry<String, String> table : TABLES.entrySet()) {
      TreePath path = TreePath.of(table.getKey());
      Optional<Entry> before = lower.resolve(path).filter(Entry::isFile);
      Optional<Entry> after = upper.resolve(path).filter(Entry::isFile);
      if (before.isEmpty() || after.isEmpty() || before.get().layer().equals(after.get().layer())) {
        continue;
      }
      Set<String> lost = names(before.get());
      lost.removeAll(names(after.get()));
      if (!lost.isEmpty()) {
        Problem problem = lost(image, path, table.getValue(), lost, after.get());
        problems.addOnce(problem);
      }
    }
  }

  private static Problem lost(
      String image, TreePath path, String kind, Set<String> lost, Entry entry) {
    return Problem.warning(
        Location.of(entry.layer() + path),
        "this file replaces %s of the image %s and loses the %s %s%s"
            .formatted(
                path,
                image,
                kind,
                lost.stream().limit(NAMED).collect(Collectors.joining(", ")),
                lost.size() > NAMED ? " and %,d more".formatted(lost.size() - NAMED) : ""),
        "add their lines to this file, or add your own lines to the image and remove this file");
  }

  private static Set<String> names(Entry table) throws IOException {
    return table
        .content()
        .text(ISO_8859_1)
        .lines()
        .filter(line -> line.contains(":"))
        .map(line -> line.substring(0, line.indexOf(':')))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
