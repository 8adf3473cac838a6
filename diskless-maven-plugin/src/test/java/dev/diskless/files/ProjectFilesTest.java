package dev.diskless.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.diskless.TestClusters;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectFilesTest {

  private static final Instant TIMESTAMP = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path project;
  private Path files;
  private final Problems problems = new Problems();

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

    assertThat(read().all().entries())
        .extracting(e -> e.path().toString(), e -> e.metadata().mode(), e -> e.metadata().mtime())
        .containsExactly(
            tuple("/etc/motd", 0644, TIMESTAMP), tuple("/usr/local/bin/run", 0755, TIMESTAMP));
  }

  @Test
  void directoriesAreMadeButNeverChanged() throws IOException {
    Files.createDirectories(files.resolve("all/root/.config"));

    assertThat(read().all().entries()).isEmpty();
    assertThat(read().all().ensured())
        .extracting(e -> e.path().toString())
        .containsExactly("/root", "/root/.config");
  }

  @Test
  void anEmptyWhiteoutDeletes() throws IOException {
    write("groups/compute/etc/.wh.motd", "");

    assertThat(read().group("compute").deleted()).containsExactly(TreePath.of("etc/motd"));
    assertThat(read().group("compute").entries()).isEmpty();
  }

  @Test
  void symbolicLinksAreCopiedAsTheyAre() throws IOException {
    Files.createDirectories(files.resolve("nodes/firstslave/etc"));
    Files.createSymbolicLink(
        files.resolve("nodes/firstslave/etc/localtime"), Path.of("/usr/share/zoneinfo/Etc/UTC"));

    assertThat(read().node("firstslave").entries())
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
            "src/main/cluster/files/etc: this is in no layer; move it to src/main/cluster/files/all, src/main/cluster/files/groups/<group> or src/main/cluster/files/nodes/<node>",
            "src/main/cluster/files/nodes/fristslave: the descriptor has no node fristslave; name the folder as it is named there, or remove it",
            "src/main/cluster/files/groups/none: the descriptor has no group none; name the folder as it is named there, or remove it",
            "files/all/etc/.wh.: a deletion is an empty file called .wh.NAME; empty it and name what is deleted, or give the file another name",
            "files/all/etc/.wh.x: a deletion is an empty file called .wh.NAME; empty it and name what is deleted, or give the file another name");
  }

  @Test
  void aProjectWithoutFilesHasEmptyLayers() throws IOException {
    Files.delete(files);

    assertThat(read().all().isEmpty()).isTrue();
    assertThat(read().node("firstslave").isEmpty()).isTrue();
  }

  private ProjectFiles read() throws IOException {
    return ProjectFiles.read(
        files, List.of(), project, TestClusters.howto(), TIMESTAMP, problems);
  }

  private Path write(String path, String text) throws IOException {
    Path file = files.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
