package dev.diskless.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.diskless.model.Owner;
import dev.diskless.model.PermissionRule;
import dev.diskless.problem.Location;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectFilesTest {

  private static final Instant TIMESTAMP = Instant.parse("2026-01-01T00:00:00Z");
  private static final FileTree IMAGE =
      FileTree.of(
          List.of(
              Entry.file(
                  TreePath.of("etc/passwd"),
                  Metadata.root(0644, TIMESTAMP),
                  new BytesContent(
                      "root:x:0:0::/root:/bin/sh\nmunge:x:105:112::/:/bin/false\n".getBytes(UTF_8)),
                  "image golden"),
              Entry.file(
                  TreePath.of("etc/group"),
                  Metadata.root(0644, TIMESTAMP),
                  new BytesContent("root:x:0:\nmunge:x:112:\n".getBytes(UTF_8)),
                  "image golden")));

  @TempDir private Path project;
  private Path files;
  private final Problems problems = new Problems();
  private List<PermissionRule> permissions = List.of();

  @BeforeEach
  void makeFolder() throws IOException {
    files = Files.createDirectories(project.resolve("src/main/cluster/files"));
  }

  @Test
  void filesBelongToRootAndKeepTheExecutableBit() throws IOException {
    write("all/etc/motd", "hello");
    Path script = write("all/usr/local/bin/run", "#!/bin/sh");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxrwx---"));
    Files.setPosixFilePermissions(
        files.resolve("all/etc/motd"), PosixFilePermissions.fromString("rw-------"));

    assertThat(all().entries())
        .extracting(e -> e.path().toString(), e -> e.metadata().mode(), e -> e.metadata().mtime())
        .containsExactly(
            tuple("/etc/motd", 0644, TIMESTAMP), tuple("/usr/local/bin/run", 0755, TIMESTAMP));
  }

  @Test
  void directoriesAreMadeButNeverChanged() throws IOException {
    Files.createDirectories(files.resolve("all/root/.config"));

    assertThat(all().entries()).isEmpty();
    assertThat(all().ensured())
        .extracting(e -> e.path().toString())
        .containsExactly("/root", "/root/.config");
  }

  @Test
  void anEmptyWhiteoutDeletes() throws IOException {
    write("groups/compute/etc/.wh.motd", "");

    assertThat(group("compute").deleted()).containsExactly(TreePath.of("etc/motd"));
    assertThat(group("compute").entries()).isEmpty();
  }

  @Test
  void symbolicLinksAreCopiedAsTheyAre() throws IOException {
    Files.createDirectories(files.resolve("nodes/firstslave/etc"));
    Files.createSymbolicLink(
        files.resolve("nodes/firstslave/etc/localtime"), Path.of("/usr/share/zoneinfo/Etc/UTC"));

    assertThat(node("firstslave").entries())
        .extracting(Entry::rawTarget)
        .containsExactly("/usr/share/zoneinfo/Etc/UTC");
  }

  @Test
  void everyMisplacedFileIsToldAtOnce() throws IOException {
    write("etc/motd", "lost");
    write("nodes/fristslave/etc/motd", "typo");
    write("groups/none/etc/motd", "typo");
    write("all/etc/.wh.", "");
    write("all/etc/.wh.x", "not empty");

    read();

    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "src/main/cluster/files/etc: this file is not in a layer; move it to"
                + " src/main/cluster/files/all, src/main/cluster/files/groups/<group> or"
                + " src/main/cluster/files/nodes/<node>",
            "src/main/cluster/files/nodes/fristslave: the descriptor has no node fristslave;"
                + " use a name of the descriptor for the folder, or remove it",
            "src/main/cluster/files/groups/none: the descriptor has no group none; use a name"
                + " of the descriptor for the folder, or remove it",
            "files/all/etc/.wh.: a deletion must be an empty file with the name .wh.NAME;"
                + " empty the file, or give it another name",
            "files/all/etc/.wh.x: a deletion must be an empty file with the name .wh.NAME;"
                + " empty the file, or give it another name");
  }

  @Test
  void aProjectWithoutFilesHasEmptyLayers() throws IOException {
    Files.delete(files);

    assertThat(all().isEmpty()).isTrue();
    assertThat(node("firstslave").isEmpty()).isTrue();
  }

  @Test
  void rulesSetOwnerAndModeByTheImagesOwnAccounts() throws IOException {
    write("all/etc/munge/munge.conf", "");
    write("all/etc/munge/keys/one", "");
    permissions =
        List.of(
            rule("/etc/munge/**", OptionalInt.of(0600), new Owner.Name("munge")),
            rule("/etc/munge", OptionalInt.of(0700), new Owner.Name("munge")));

    assertThat(all().entries())
        .extracting(
            e -> e.path().toString(),
            e -> e.metadata().mode(),
            e -> e.metadata().uid(),
            e -> e.metadata().gid())
        .containsExactly(
            tuple("/etc/munge", 0700, 105L, 112L),
            tuple("/etc/munge/keys/one", 0600, 105L, 112L),
            tuple("/etc/munge/munge.conf", 0600, 105L, 112L));
    assertThat(all().ensured())
        .extracting(e -> e.path().toString())
        .containsExactly("/etc", "/etc/munge/keys");
  }

  @Test
  void anOwnerThatTheImageDoesNotKnowIsToldOnce() throws IOException {
    write("all/etc/a", "");
    write("all/etc/b", "");
    permissions = List.of(rule("/etc/*", OptionalInt.empty(), new Owner.Name("slurm")));

    all();

    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactly(
            "permissions.yaml:3: image golden has no user slurm; add the package that creates"
                + " it to the image, or write its number",
            "permissions.yaml:3: image golden has no group slurm; add the package that"
                + " creates it to the image, or write its number");
  }

  private static PermissionRule rule(String pattern, OptionalInt mode, Owner owner) {
    return new PermissionRule(
        pattern,
        mode,
        Optional.of(owner),
        Optional.of(owner),
        new Location("permissions.yaml", 3, 0));
  }

  private ProjectFiles read() throws IOException {
    return ProjectFiles.read(files, permissions, project, Clusters.lab(), TIMESTAMP, problems);
  }

  private Layer all() throws IOException {
    return read().all("golden", IMAGE, problems);
  }

  private Layer group(String group) throws IOException {
    return read().group(group, "golden", IMAGE, problems);
  }

  private Layer node(String node) throws IOException {
    return read().node(node, "golden", IMAGE, problems);
  }

  private Path write(String path, String text) throws IOException {
    Path file = files.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
