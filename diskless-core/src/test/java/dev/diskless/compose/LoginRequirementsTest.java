package dev.diskless.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.model.Group;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoginRequirementsTest {

  private static final String LOCKED = "root:*:1::::::\nada:!$6$salt$hash:1::::::\n";

  private static final Group LOCKED_OUT =
      Clusters.howto().groups().get(0).toBuilder()
          .membersKey(false)
          .authorizedKeys(List.of())
          .build();

  private static List<Problem> check(Group group, String path, String text) throws IOException {
    FileTree tree =
        FileTree.of(
            List.of(
                Entry.file(
                    TreePath.of(path),
                    Metadata.root(0600, Instant.EPOCH),
                    new BytesContent(text.getBytes(UTF_8)),
                    "image")));
    Problems problems = new Problems();
    LoginRequirements.check(group, tree, problems);
    return problems.all();
  }

  @Test
  void warnsIfNoUserHasAKeyOrAPassword() throws IOException {
    assertThat(check(LOCKED_OUT, "etc/shadow", LOCKED))
        .singleElement()
        .asString()
        .isEqualTo(
            "group slaves: no user can log in to the nodes, because no user has an ssh key or a"
                + " password; add users or authorizedKeys, or write membersKey: true");
  }

  @Test
  void acceptsEachWayToLogIn() throws IOException {
    Group withKey = LOCKED_OUT.toBuilder().authorizedKeys(List.of("ssh-rsa AAAA")).build();
    Group withMembersKey = LOCKED_OUT.toBuilder().membersKey(true).build();
    Group withUsers =
        Clusters.withUsers(Clusters.howto()).groups().get(0).toBuilder().membersKey(false).build();
    for (Group group : List.of(withKey, withMembersKey, withUsers)) {
      assertThat(check(group, "etc/shadow", LOCKED)).isEmpty();
    }
    assertThat(check(LOCKED_OUT, "etc/shadow", LOCKED + "bob:$y$j9T$a$b:1::::::\n")).isEmpty();
    assertThat(check(LOCKED_OUT, "home/ada/.ssh/authorized_keys", "")).isEmpty();
  }
}
