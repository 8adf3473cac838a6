package dev.diskless.compose;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Group;
import dev.diskless.model.User;
import dev.diskless.model.UserGroup;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adds the users and groups of users of the descriptor to the tables of a tree: passwd(5),
 * shadow(5), group(5), gshadow(5), subuid(5) and subgid(5). Lines of the tree stay. A name or
 * number that the tree uses for something else is an error.
 */
public final class AddedUsers {

  /** Tables whose replacement by a layer loses the users of the descriptor. */
  private static final Set<TreePath> TABLES =
      Set.of(
          TreePath.of("etc/passwd"),
          TreePath.of("etc/shadow"),
          TreePath.of("etc/group"),
          TreePath.of("etc/gshadow"),
          TreePath.of("etc/subuid"),
          TreePath.of("etc/subgid"));

  /** First subordinate number, and count of them for each user, as useradd(8) has them. */
  private static final long SUBORDINATE_MIN = 100_000;

  private static final long SUBORDINATE_COUNT = 65_536;

  /** Users of people, as login.defs(5) has them; other users get no subordinate numbers. */
  private static final int UID_MIN = 1000;

  private static final int UID_MAX = 60_000;

  private final Descriptor descriptor;
  private final Group group;
  private final FileTree tree;
  private final Problems problems;
  private final AccountTable passwd;
  private final AccountTable shadow;
  private final AccountTable groups;
  private final AccountTable gshadow;
  private final Map<String, AccountTable> subordinates = new LinkedHashMap<>();

  private AddedUsers(Descriptor descriptor, Group group, FileTree tree, Problems problems)
      throws IOException {
    this.descriptor = descriptor;
    this.group = group;
    this.tree = tree;
    this.problems = problems;
    passwd = AccountTable.read(tree, "etc/passwd");
    shadow = AccountTable.read(tree, "etc/shadow");
    groups = AccountTable.read(tree, "etc/group");
    gshadow = AccountTable.read(tree, "etc/gshadow");
    for (String file : List.of("etc/subuid", "etc/subgid")) {
      subordinates.put(file, AccountTable.read(tree, file));
    }
  }

  /** Whether users and groups of the descriptor change a file of the tree of a group. */
  public static boolean changes(Group group, TreePath file) {
    return TABLES.contains(file)
        && !(group.login().users().isEmpty() && group.login().userGroups().isEmpty());
  }

  /** Whether a layer replaces or deletes a table, so that users must be merged again. */
  static boolean hasTables(Layer layer) {
    return layer.entries().stream().anyMatch(entry -> TABLES.contains(entry.path()))
        || layer.deleted().stream().anyMatch(TABLES::contains);
  }

  /**
   * Returns a tree with the users of a group of nodes.
   *
   * @param tree with all files of the project
   */
  static FileTree merge(Descriptor descriptor, Group group, FileTree tree, Problems problems)
      throws IOException {
    List<User> users = group.login().users().stream().filter(user -> !user.isRoot()).toList();
    List<UserGroup> userGroups = group.login().userGroups();
    if (users.isEmpty() && userGroups.isEmpty()) {
      return tree;
    }
    AddedUsers accounts = new AddedUsers(descriptor, group, tree, problems);
    if (!accounts.passwd.exists() || !accounts.groups.exists()) {
      accounts.fail(
          users.isEmpty()
              ? "userGroups." + userGroups.get(0).name()
              : "users." + users.get(0).name(),
          "the image %s has no /etc/passwd or no /etc/group".formatted(group.image()),
          "add the files to the image, or remove the users of the group " + group.name());
      return tree;
    }
    Layer.Builder layer = Layer.builder("users of group " + group.name());
    userGroups.forEach(
        each -> accounts.addGroup("userGroups." + each.name(), each.name(), each.gid()));
    users.forEach(
        user -> {
          if (user.group().isEmpty()) {
            accounts.addPrivateGroup(user);
          }
        });
    for (User user : users) {
      accounts.addUser(user, layer);
    }
    accounts.passwd.addTo(layer);
    accounts.shadow.addTo(layer);
    accounts.groups.addTo(layer);
    accounts.gshadow.addTo(layer);
    accounts.subordinates.values().forEach(table -> table.addTo(layer));
    Layer made = layer.build();
    return made.isEmpty() ? tree : tree.with(made, problems);
  }

  private void addPrivateGroup(User user) {
    boolean isDeclared =
        group.login().userGroups().stream().anyMatch(each -> each.name().equals(user.name()));
    if (!isDeclared && groups.find(0, user.name()).isEmpty()) {
      addGroup("users." + user.name(), user.name(), user.uid().orElseThrow());
    }
  }

  private void addGroup(String key, String name, int gid) {
    Optional<List<String>> sameName = groups.find(0, name);
    Optional<List<String>> sameGid = groups.find(2, Integer.toString(gid));
    if (sameName.isPresent() && !sameName.equals(sameGid)) {
      fail(
          key,
          "the group %s has gid %s on the nodes of %s, not %d"
              .formatted(name, sameName.get().get(2), group.name(), gid),
          "write this gid, or choose another name");
    } else if (sameName.isEmpty() && sameGid.isPresent()) {
      fail(
          key,
          "the gid %d of the group %s is that of the group %s on the nodes of %s"
              .formatted(gid, name, sameGid.get().get(0), group.name()),
          "choose another number, or write the key group for a user");
    } else if (sameName.isEmpty()) {
      groups.append("%s:x:%d:".formatted(name, gid));
      if (gshadow.exists()) {
        gshadow.append(name + ":!::");
      }
    }
  }

  private void addUser(User user, Layer.Builder layer) throws IOException {
    String key = "users." + user.name();
    Optional<List<String>> primary = groups.find(0, user.primaryGroup());
    if (primary.isEmpty()) {
      failWithoutGroup(key, user.primaryGroup());
      return;
    }
    String gid = primary.get().get(2);
    if (!addPassword(key, user, gid)) {
      return;
    }
    for (String name : user.groups()) {
      if (groups.find(0, name).isEmpty()) {
        failWithoutGroup(key, name);
      } else {
        groups.addMember(name, user.name());
        gshadow.addMember(name, user.name());
      }
    }
    if (user.uid().orElseThrow() >= UID_MIN && user.uid().orElseThrow() <= UID_MAX) {
      subordinates.values().forEach(table -> addSubordinates(user, table));
    }
    if (tree.resolve(TreePath.of(user.shell().substring(1))).isEmpty()) {
      warn(
          key,
          "the image %s has no %s, the shell of the user %s"
              .formatted(group.image(), user.shell(), user.name()),
          "write the key shell, or add the package with the shell to the image");
    }
    new UserHome(group, user, Long.parseLong(gid)).addTo(tree, layer);
  }

  /** Adds the lines of passwd and shadow; returns false if the tree has another such user. */
  private boolean addPassword(String key, User user, String gid) {
    String uid = user.uid().orElseThrow().toString();
    Optional<List<String>> sameName = passwd.find(0, user.name());
    Optional<List<String>> sameUid = passwd.find(2, uid);
    List<String> wanted = List.of(uid, gid, user.homeDirectory(), user.shell());
    if (sameName.isPresent()) {
      List<String> fields = sameName.get();
      boolean isSame =
          fields.size() == 7
              && wanted.equals(List.of(fields.get(2), fields.get(3), fields.get(5), fields.get(6)));
      if (!isSame) {
        fail(
            key,
            "the user %s exists on the nodes of %s with other values: %s"
                .formatted(user.name(), group.name(), String.join(":", fields)),
            "write the same uid, group, home and shell, or choose another name");
      }
      return isSame;
    }
    if (sameUid.isPresent()) {
      fail(
          key,
          "the uid %s of the user %s is that of the user %s on the nodes of %s"
              .formatted(uid, user.name(), sameUid.get().get(0), group.name()),
          "choose another number");
      return false;
    }
    boolean isShadowSecret = group.keeping().hasSecret("/etc/shadow");
    passwd.append(
        "%s:%s:%s:%s::%s:%s"
            .formatted(
                user.name(),
                shadow.exists() || isShadowSecret ? "x" : "*",
                uid,
                gid,
                user.homeDirectory(),
                user.shell()));
    if (shadow.exists() && shadow.find(0, user.name()).isEmpty()) {
      // No date of the last change: it would differ from build to build, and passwords would age.
      shadow.append(user.name() + ":*::0:99999:7:::");
    }
    return true;
  }

  /** Adds a range that depends on the uid only, so that it stays when other users change. */
  private static void addSubordinates(User user, AccountTable table) {
    long first = SUBORDINATE_MIN + (long) (user.uid().orElseThrow() - UID_MIN) * SUBORDINATE_COUNT;
    boolean isFree =
        table.rows().stream()
            .filter(fields -> fields.size() == 3 && fields.get(1).matches("\\d{1,10}"))
            .filter(fields -> fields.get(2).matches("\\d{1,10}"))
            .noneMatch(
                fields -> {
                  long from = Long.parseLong(fields.get(1));
                  return from < first + SUBORDINATE_COUNT
                      && first < from + Long.parseLong(fields.get(2));
                });
    if (table.exists() && isFree && table.find(0, user.name()).isEmpty()) {
      table.append("%s:%d:%d".formatted(user.name(), first, SUBORDINATE_COUNT));
    }
  }

  private void failWithoutGroup(String key, String name) {
    fail(
        key,
        "the group %s of the user %s does not exist on the nodes of %s"
            .formatted(name, key.substring(key.indexOf('.') + 1), group.name()),
        "correct its name, or add it below userGroups");
  }

  private void fail(String key, String message, String remedy) {
    problems.addOnce(new Problem(Problem.Severity.ERROR, place(key), message, remedy));
  }

  private void warn(String key, String message, String remedy) {
    problems.addOnce(new Problem(Problem.Severity.WARNING, place(key), message, remedy));
  }

  private Optional<Location> place(String key) {
    return descriptor.placeOf(group, key);
  }
}
