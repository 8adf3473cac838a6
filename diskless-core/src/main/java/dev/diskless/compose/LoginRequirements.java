package dev.diskless.compose;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.model.Group;
import dev.diskless.model.RemoteLogin;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Pattern;

/** Warns of groups whose nodes no user can log in to, because no user has a key or a password. */
public final class LoginRequirements {

  private static final TreePath SHADOW = TreePath.of("etc/shadow");

  /** A password in shadow(5) that is neither disabled nor locked. An empty password counts. */
  private static final Pattern PASSWORD = Pattern.compile("(?m)^[^:\\n]+:(?![!*])[^:\\n]*:");

  private LoginRequirements() {}

  /**
   * Checks one group.
   *
   * @param tree of the group, with all its layers
   */
  public static void check(Group group, FileTree tree, Problems problems) throws IOException {
    boolean hasKeyOrPassword =
        group.membersKey()
            || !group.authorizedKeys().isEmpty()
            || group.login().users().stream()
                .anyMatch(user -> user.password() || !user.sshKeys().isEmpty());
    boolean isShadowSecret = group.keeping().hasSecret("/" + SHADOW.raw());
    if (group.remoteLogin() != RemoteLogin.SSH
        || hasKeyOrPassword
        || isShadowSecret
        || hasPassword(tree)
        || hasKeys(tree)) {
      return;
    }
    problems.warning(
        "group %s: no user can log in to the nodes, because no user has an ssh key or a password"
            .formatted(group.name()),
        "add users or authorizedKeys, or write membersKey: true");
  }

  private static boolean hasPassword(FileTree tree) throws IOException {
    Optional<Entry> shadow = tree.resolve(SHADOW).filter(Entry::isFile);
    return shadow.isPresent() && PASSWORD.matcher(shadow.get().content().text(ISO_8859_1)).find();
  }

  private static boolean hasKeys(FileTree tree) {
    for (TreePath top : new TreePath[] {TreePath.of("root"), TreePath.of("home")}) {
      for (Iterator<Entry> entries = tree.below(top); entries.hasNext(); ) {
        if (entries.next().path().rawName().startsWith("authorized_keys")) {
          return true;
        }
      }
    }
    return false;
  }
}
