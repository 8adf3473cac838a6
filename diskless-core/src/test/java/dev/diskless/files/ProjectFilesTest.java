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

  @Test
  void aRuleThatMatchesNothingIsAWarning() throws IOException {
    write("all/etc/motd", "");
    permissions =
        List.of(
            rule("/etc/mtod", OptionalInt.of(0600), Owner.ROOT),
            rule("/etc/*", OptionalInt.of(0600), Owner.ROOT));

    assertThat(warnings())
        .containsExactly(
            "permissions.yaml:3: the rule for \"/etc/mtod\" matches no path below files/; correct the"
                + " path, or remove the rule; rules do not apply to files of the image");
  }

  @Test
  void aRuleOfAProjectWithoutFilesMatchesNothing() throws IOException {
    Files.delete(files);
    permissions = List.of(rule("/etc/motd", OptionalInt.of(0600), Owner.ROOT));

    assertThat(warnings()).hasSize(1);
  }

  @Test
  void privateKeysAreWarnings() throws IOException {
    write("all/etc/ssl/site.pem", "# of the site\n-----BEGIN RSA PRIVATE KEY-----\nx\n");
    write("all/root/id", "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n");
    write("nodes/firstslave/etc/munge/munge.key", "x");
    write("all/etc/ssl/public.pem", "-----BEGIN CERTIFICATE-----\nx\n");
    permissions = List.of(rule("/root/id", OptionalInt.of(0600), Owner.ROOT));

    String what = ": the bundle would contain this private key, and each node its copy; remove it,";
    assertThat(warnings())
        .containsExactly(
            "files/all/etc/ssl/site.pem"
                + what
                + " and list /etc/ssl/site.pem under \"secret\" of the group",
            "files/all/root/id" + what + " and list /root/id under \"secret\" of the group",
            "files/nodes/firstslave/etc/munge/munge.key"
                + what
                + " and list /etc/munge/munge.key under \"secret\" of the group");
  }

  @Test
  void hashesThatEachUserCouldReadAreAWarning() throws IOException {
    write("all/etc/shadow", "root:*:1::::::");

    assertThat(warnings())
        .containsExactly(
            "files/all/etc/shadow: each user of a node could read these hashes of passwords: the"
                + " file gets mode 0644; remove it, and list /etc/shadow under \"secret\" of the"
                + " group, or set mode: \"0640\" and group: shadow for this path in"
                + " permissions.yaml");

    permissions = List.of(rule("/etc/shadow", OptionalInt.of(0640), Owner.ROOT));

    assertThat(warnings()).isEmpty();
  }

  @Test
  void aFileThatOthersCannotReadHereIsAWarning() throws IOException {
    Path token = write("all/etc/token", "x");
    write("all/etc/motd", "x");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    Path all = files.resolve("all");
    Files.setPosixFilePermissions(all, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(warnings())
        .containsExactly(
            "files/all/etc/token: only you can read this file here, but the bundle contains it, and"
                + " each user of a node could read it: it gets mode 0644; remove it, and list"
                + " /etc/token under \"secret\" of the group, or set its mode in permissions.yaml");

    Files.setPosixFilePermissions(all, PosixFilePermissions.fromString("rwx------"));
    assertThat(warnings()).describedAs("a umask that hides all files").isEmpty();
  }

  private List<String> warnings() throws IOException {
    return read().warnings().stream().map(Problem::toString).toList();
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
