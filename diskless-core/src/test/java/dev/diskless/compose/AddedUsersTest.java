package dev.diskless.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Access;
import dev.diskless.model.Group;
import dev.diskless.model.Mount;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddedUsersTest {

  private static final String PASSWD =
      "root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run:/bin/sh\n";

  private static final String GROUP = "root:x:0:\nsudo:x:27:root\nnogroup:x:65534:\n";

  private static final FileTree IMAGE =
      FileTree.of(
          List.of(
              file("bin/sh", ""),
              file("etc/passwd", PASSWD),
              file("etc/shadow", "root:*:19000:0:99999:7:::\nsshd:!:19000::::::\n"),
              file("etc/group", GROUP),
              file("etc/gshadow", "root:*::\nsudo:*::root\nnogroup:*::\n"),
              file("etc/subuid", "daemon:100000:65536\n"),
              file("etc/skel/.profile", "umask 022\n")));

  /** Users without mounts: by default, a mount of the cluster contains their homes. */
  private static final Group GROUP_OF_NODES =
      Clusters.withUsers(Clusters.howto()).groups().get(0).toBuilder().mounts(List.of()).build();

  private static Entry file(String path, String text) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(path.contains("shadow") ? 0640 : 0644, Instant.EPOCH),
        new BytesContent(text.getBytes(UTF_8)),
        "image");
  }

  private static FileTree image(String path, String text) {
    return IMAGE.with(Layer.builder("files/all").add(file(path, text)).build(), new Problems());
  }

  private static FileTree merge(Group group, FileTree tree, Problems problems) throws IOException {
    Descriptor descriptor =
        new Descriptor(
            Clusters.howto(),
            List.of(),
            List.of(),
            Map.of(),
            Map.of(
                group.name(),
                Map.of(
                    "users.ada", Location.of("ada"),
                    "users.bob", Location.of("bob"),
                    "userGroups.staff2", Location.of("staff2"))));
    return AddedUsers.merge(descriptor, group, tree, problems);
  }

  private static FileTree merged(Group group, FileTree tree) throws IOException {
    Problems problems = new Problems();
    FileTree merged = merge(group, tree, problems);
    assertThat(problems.all()).isEmpty();
    return merged;
  }

  private static List<String> errors(FileTree tree) throws IOException {
    Problems problems = new Problems();
    merge(GROUP_OF_NODES, tree, problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  private static String text(FileTree tree, String path) throws IOException {
    try (InputStream in = tree.get(TreePath.of(path)).orElseThrow().content().open()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static String owner(FileTree tree, String path) {
    Metadata metadata = tree.get(TreePath.of(path)).orElseThrow().metadata();
    return "%04o %d:%d".formatted(metadata.mode(), metadata.uid(), metadata.gid());
  }

  @Test
  void appendsToTheTablesOfTheImage() throws IOException {
    FileTree tree = merged(GROUP_OF_NODES, IMAGE);
    assertThat(text(tree, "etc/passwd"))
        .isEqualTo(
            PASSWD + "ada:x:2001:2001::/home/ada:/bin/sh\nbob:x:2002:2000::/data/bob:/bin/sh\n");
    assertThat(text(tree, "etc/shadow"))
        .startsWith("root:*:19000:0:99999:7:::\nsshd:!:19000::::::\n")
        .endsWith("ada:*::0:99999:7:::\nbob:*::0:99999:7:::\n");
    assertThat(text(tree, "etc/group"))
        .isEqualTo(
            "root:x:0:\nsudo:x:27:root,ada\nnogroup:x:65534:\nstaff2:x:2000:ada\nada:x:2001:\n");
    assertThat(text(tree, "etc/gshadow"))
        .isEqualTo("root:*::\nsudo:*::root,ada\nnogroup:*::\nstaff2:!::ada\nada:!::\n");
    assertThat(text(tree, "etc/subuid"))
        .isEqualTo("daemon:100000:65536\nada:65701536:65536\nbob:65767072:65536\n");
    assertThat(tree.get(TreePath.of("etc/subgid"))).isEmpty();
    assertThat(owner(tree, "etc/shadow")).isEqualTo("0640 0:0");
  }

  @Test
  void createsHomesWithKeys() throws IOException {
    FileTree tree = merged(GROUP_OF_NODES, IMAGE);
    assertThat(owner(tree, "home")).isEqualTo("0755 0:0");
    assertThat(owner(tree, "home/ada")).isEqualTo("0700 2001:2001");
    assertThat(owner(tree, "home/ada/.profile")).isEqualTo("0644 2001:2001");
    assertThat(owner(tree, "data/bob/.ssh")).isEqualTo("0700 2002:2000");
    assertThat(owner(tree, "data/bob/.ssh/authorized_keys")).isEqualTo("0600 2002:2000");
    assertThat(text(tree, "data/bob/.ssh/authorized_keys"))
        .isEqualTo("ssh-ed25519 AAAAbob bob@example\n");
  }

  @Test
  void putsKeysBesideAHomeInAMount() throws IOException {
    Mount home = new Mount("/home", Optional.empty(), Access.READ_WRITE, List.of());
    FileTree tree = merged(GROUP_OF_NODES.toBuilder().mounts(List.of(home)).build(), IMAGE);
    assertThat(tree.get(TreePath.of("home/ada"))).isEmpty();
    assertThat(owner(tree, "etc/ssh/authorized_keys.d/ada")).isEqualTo("0644 0:0");
    assertThat(tree.get(TreePath.of("data/bob/.ssh/authorized_keys"))).isPresent();
  }

  @Test
  void mergesIntoFilesOfTheProject() throws IOException {
    FileTree tree = image("etc/passwd", "root:x:0:0::/root:/bin/sh\n+::::::\n");
    tree =
        tree.with(
            Layer.builder("files/all")
                .add(file("home/ada/.ssh/authorized_keys", "ssh-rsa AAAAold\n"))
                .build(),
            new Problems());
    FileTree merged = merged(GROUP_OF_NODES, tree);
    assertThat(text(merged, "etc/passwd"))
        .isEqualTo(
            "root:x:0:0::/root:/bin/sh\nada:x:2001:2001::/home/ada:/bin/sh\n"
                + "bob:x:2002:2000::/data/bob:/bin/sh\n+::::::\n");
    assertThat(merged.get(TreePath.of("etc/passwd")).orElseThrow().layer()).isEqualTo("image");
    assertThat(owner(merged, "home/ada")).isEqualTo("0755 2001:2001");
    assertThat(text(merged, "home/ada/.ssh/authorized_keys"))
        .isEqualTo("ssh-rsa AAAAold\nssh-ed25519 AAAAada ada@example\n");
    assertThat(text(merged(GROUP_OF_NODES, merged), "etc/passwd"))
        .isEqualTo(text(merged, "etc/passwd"));
  }

  @Test
  void rejectsNamesAndNumbersOfTheTree() throws IOException {
    assertThat(errors(image("etc/passwd", PASSWD + "ada:x:2001:2001::/home/ada:/bin/csh\n")))
        .containsExactly(
            "ada: the user ada exists on the nodes of slaves with other values:"
                + " ada:x:2001:2001::/home/ada:/bin/csh; write the same uid, group, home and"
                + " shell, or choose another name");
    assertThat(errors(image("etc/passwd", PASSWD + "svc:x:2002:0::/:/bin/sh\n")))
        .containsExactly(
            "bob: the uid 2002 of the user bob is that of the user svc on the nodes of slaves;"
                + " choose another number");
    assertThat(errors(image("etc/group", GROUP + "other:x:2000:\n")))
        .contains(
            "staff2: the gid 2000 of the group staff2 is that of the group other on the nodes of"
                + " slaves; choose another number, or write the key group for a user");
    assertThat(errors(image("etc/group", GROUP + "staff2:x:99:\n")))
        .containsExactly(
            "staff2: the group staff2 has gid 99 on the nodes of slaves, not 2000; write this gid,"
                + " or choose another name");
    assertThat(errors(image("etc/group", "root:x:0:\n")))
        .containsExactly(
            "ada: the group sudo of the user ada does not exist on the nodes of slaves; correct"
                + " its name, or add it below userGroups");
    assertThat(errors(FileTree.of(List.of())))
        .containsExactly(
            "ada: the image master-copy has no /etc/passwd or no /etc/group; add the files to the"
                + " image, or remove the users of the group slaves");
  }

  @Test
  @RequiresRoot("pwck and grpck change their root directory")
  @RequiresProgram({"pwck", "grpck"})
  void realProgramsAcceptTheTables(@TempDir Path root) throws IOException {
    FileTree tree = merged(GROUP_OF_NODES, IMAGE);
    for (Iterator<Entry> entries = tree.iterator(); entries.hasNext(); ) {
      Entry entry = entries.next();
      Path path = root.resolve(entry.path().raw());
      if (entry.isDirectory()) {
        Files.createDirectories(path);
      } else {
        Files.writeString(path, text(tree, entry.path().raw()));
      }
    }
    Files.createDirectories(root.resolve("root"));
    Files.createDirectories(root.resolve("run"));
    Shell.check(root, "pwck -r -R \"$PWD\" && grpck -r -R \"$PWD\"");
  }
}
