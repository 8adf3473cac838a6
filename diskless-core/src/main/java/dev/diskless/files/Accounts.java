package dev.diskless.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.model.Owner;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Users and groups of an image, from its passwd(5) and group(5). */
final class Accounts {

  private final Map<String, Long> users;
  private final Map<String, Long> groups;

  private Accounts(Map<String, Long> users, Map<String, Long> groups) {
    this.users = users;
    this.groups = groups;
  }

  static Accounts of(FileTree tree) throws IOException {
    return new Accounts(read(tree, "etc/passwd"), read(tree, "etc/group"));
  }

  /**
   * Returns the numbers in a table by name. In both tables, the name is the first field and the
   * number is the third.
   */
  private static Map<String, Long> read(FileTree tree, String table) throws IOException {
    Map<String, Long> numbers = new HashMap<>();
    Optional<Entry> entry = tree.resolve(TreePath.of(table)).filter(Entry::isFile);
    if (entry.isEmpty()) {
      return numbers;
    }
    for (String line : entry.get().content().text(UTF_8).split("\n")) {
      String[] fields = line.split(":");
      if (fields.length > 2 && fields[2].matches("\\d{1,10}")) {
        numbers.putIfAbsent(fields[0], Long.parseLong(fields[2]));
      }
    }
    return numbers;
  }

  Optional<Long> uid(Owner owner) {
    return number(owner, users);
  }

  Optional<Long> gid(Owner owner) {
    return number(owner, groups);
  }

  private static Optional<Long> number(Owner owner, Map<String, Long> table) {
    if (owner instanceof Owner.Id id) {
      return Optional.of(id.id());
    }
    return Optional.ofNullable(table.get(((Owner.Name) owner).name()));
  }
}
