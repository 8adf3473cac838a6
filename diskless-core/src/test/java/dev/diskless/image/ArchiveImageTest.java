package dev.diskless.image;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.model.Image;
import dev.diskless.model.ImageSource;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresProgram({"tar", "gzip", "xz"})
class ArchiveImageTest {

  private static final Instant TIMESTAMP = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path temp;
  private final Problems problems = new Problems();
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void makeTar() throws Exception {
    Shell.sh(
        """
        cd "$1"
        mkdir -p root/etc/ssh root/usr/bin root/etc/systemd/system/multi-user.target.wants
        mkdir -p root/proc root/var/lib/dbus
        printf key > root/etc/ssh/ssh_host_rsa_key
        printf 0123456789abcdef > root/etc/machine-id
        head -c 300000 /dev/urandom > root/usr/bin/tool
        printf kept > root/proc/kept
        ln -s /lib/systemd/system/nfs-server.service \
          root/etc/systemd/system/multi-user.target.wants/
        printf 'Package: libc6\\nStatus: install ok installed\\nArchitecture: amd64\\nVersion: 2.36-9\\n' \
          > status
        mkdir -p root/var/lib/dpkg
        mv status root/var/lib/dpkg/
        tar -C root -cf image.tar .
        """,
        temp);
  }

  private ImageStore store() {
    return new ImageStore(
        temp.resolve("cache"),
        temp,
        artifact -> temp.resolve(artifact.artifactId() + "." + artifact.extension()),
        DebianOptions.DEFAULT,
        TIMESTAMP,
        line -> {
          synchronized (said) {
            said.add(line);
          }
        });
  }

  private static Image image(String path) {
    return new Image("golden", new ImageSource.Archive(path));
  }

  private List<Path> cached(String end) throws IOException {
    Path cache = temp.resolve("cache/archives");
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(cache)) {
      return files.filter(f -> f.toString().endsWith(end)).toList();
    }
  }

  private void assertTool(FileTree tree) throws IOException {
    Entry tool = tree.get(TreePath.of("usr/bin/tool")).orElseThrow();
    try (InputStream in = tool.content().open()) {
      assertThat(in.readAllBytes())
          .isEqualTo(Files.readAllBytes(temp.resolve("root/usr/bin/tool")));
    }
  }

  @ParameterizedTest
  @CsvSource({"gz, gzip -k", "xz, xz -k", "zst, zstd -q"})
  void readsCompressedArchivesFromTheCache(String end, String command) throws Exception {
    Shell.assumeInstalled(command.split(" ")[0]);
    Shell.sh("cd \"$1\"; " + command + " image.tar; mv image.tar." + end + " anyname", temp);

    PreparedImage first = store().prepare(image("anyname"), problems);
    List<Path> tars = cached(".tar");
    assertThat(tars).hasSize(1);
    FileTime made = Files.getLastModifiedTime(tars.get(0));
    PreparedImage second = store().prepare(image("anyname"), problems);

    assertTool(first.tree());
    assertTool(second.tree());
    assertThat(cached(".tar")).isEqualTo(tars);
    assertThat(Files.getLastModifiedTime(tars.get(0))).isEqualTo(made);
    assertThat(cached(".part")).isEmpty();
    assertThat(cached(".index")).hasSize(1);
    assertThat(said).filteredOn(line -> line.contains("decompressing")).hasSize(1);
    assertThat(first.packages()).containsExactly(new InstalledPackage("libc6", "2.36-9", "amd64"));
    assertThat(second.packages()).isEqualTo(first.packages());
    assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
    assertThat(store().fingerprint(image("anyname"))).isEqualTo(first.fingerprint());
  }

  @Test
  void readsABareTarInPlace() throws IOException {
    assertTool(store().prepare(image("image.tar"), problems).tree());
    assertThat(cached(".tar")).isEmpty();
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void readsAnArtifact() throws IOException {
    ImageSource.Artifact artifact =
        new ImageSource.Artifact("com.example", "image", "tar", "", "1.4.0");

    assertTool(store().prepare(new Image("compute", artifact), problems).tree());
  }

  @Test
  void leavesOutIdentitiesButKeepsServicesAndContents() throws IOException {
    FileTree tree = store().prepare(image("image.tar"), problems).tree();

    assertThat(tree.get(TreePath.of("etc/ssh/ssh_host_rsa_key"))).isEmpty();
    assertThat(tree.get(TreePath.of("etc/machine-id")).orElseThrow().content().size()).isZero();
    assertThat(tree.get(TreePath.of("proc/kept"))).isPresent();
    assertThat(
            tree.get(TreePath.of("etc/systemd/system/multi-user.target.wants/nfs-server.service")))
        .isPresent();
    assertThat(tree.get(TreePath.of("tmp")).orElseThrow().metadata().mode()).isEqualTo(01777);
    assertThat(tree.get(TreePath.of("dev/null"))).isPresent();
    assertThat(said).containsExactly("image golden: not copied: ssh host key, machine-id");
  }

  @Test
  void readsAChangedArchiveAnewAndDropsTheOld() throws Exception {
    Shell.sh("cd \"$1\"; gzip -k image.tar", temp);
    String before = store().prepare(image("image.tar.gz"), problems).fingerprint();
    Shell.sh("cd \"$1\"; printf new > root/etc/new; tar -C root -czf image.tar.gz .", temp);

    PreparedImage after = store().prepare(image("image.tar.gz"), problems);

    assertThat(after.tree().get(TreePath.of("etc/new"))).isPresent();
    assertThat(after.fingerprint()).isNotEqualTo(before);
    assertThat(cached(".tar")).hasSize(1);
    assertThat(cached(".index")).hasSize(1);
  }

  @Test
  void keepsATreeReadableWhoseTarIsDroppedFromTheCache() throws Exception {
    Shell.sh("cd \"$1\"; gzip -k image.tar", temp);
    FileTree tree = store().prepare(image("image.tar.gz"), problems).tree();
    Files.delete(cached(".tar").get(0));

    assertTool(tree);
  }

  @Test
  void makesACorruptIndexAnew() throws IOException {
    store().prepare(image("image.tar"), problems);
    Files.writeString(cached(".index").get(0), "nonsense");

    assertTool(store().prepare(image("image.tar"), problems).tree());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "xz", "zstd -q"})
  void refusesACutOffArchiveAndLeavesNothing(String command) throws Exception {
    Shell.assumeInstalled(command.split(" ")[0]);
    Shell.sh("cd \"$1\"; " + command + " -c image.tar | head -c 200000 > cut", temp);

    assertThatThrownBy(() -> store().prepare(image("cut"), problems))
        .isInstanceOf(ProblemException.class)
        .hasMessageStartingWith(
            "the archive " + temp.toRealPath().resolve("cut") + " of image golden")
        .hasMessageContaining("corrupt or cut off");
    assertThat(cached(".tar")).isEmpty();
    assertThat(cached(".part")).isEmpty();
    assertThat(cached(".index")).isEmpty();
  }

  @Test
  void refusesACorruptArchive() throws Exception {
    Shell.sh("cd \"$1\"; xz -k image.tar", temp);
    byte[] bytes = Files.readAllBytes(temp.resolve("image.tar.xz"));
    Arrays.fill(bytes, 1000, 1100, (byte) 7);
    Files.write(temp.resolve("image.tar.xz"), bytes);

    assertThatThrownBy(() -> store().prepare(image("image.tar.xz"), problems))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("corrupt or cut off");
    assertThat(cached(".part")).isEmpty();
  }

  @Test
  void refusesATruncatedBareTarEachTime() throws IOException {
    byte[] bytes = Files.readAllBytes(temp.resolve("image.tar"));
    Files.write(temp.resolve("cut.tar"), Arrays.copyOf(bytes, 100_000));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> store().prepare(image("cut.tar"), problems))
          .isInstanceOf(ProblemException.class)
          .hasMessageContaining("cut.tar");
    }
  }

  @Test
  void refusesHostileNames() throws Exception {
    Shell.sh(
        "cd \"$1\"; tar -P -cf hostile.tar ../../etc/machine-id", temp.resolve("root/usr/bin"));

    assertThatThrownBy(() -> store().prepare(image("root/usr/bin/hostile.tar"), problems))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("cannot go up");
  }

  @Test
  void refusesWhatIsNoTar() throws IOException {
    Files.writeString(temp.resolve("text"), "not a tar\n".repeat(200));
    Files.writeString(temp.resolve("nothing"), "");

    for (String path : List.of("text", "nothing", "root", "nowhere")) {
      assertThatThrownBy(() -> store().prepare(image(path), problems))
          .as(path)
          .isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void twoBuildsAtOnceDecompressOnce() throws Exception {
    Shell.sh(
        "cd \"$1\"; head -c 30000000 /dev/zero > root/big; tar -C root -czf image.tar.gz .", temp);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<PreparedImage>> builds = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        builds.add(threads.submit(() -> store().prepare(image("image.tar.gz"), new Problems())));
      }
      for (Future<PreparedImage> build : builds) {
        assertTool(result(build).tree());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(said).filteredOn(line -> line.contains("decompressing")).hasSize(1);
    assertThat(said).anyMatch(line -> line.contains("waiting for another build"));
  }

  private static <T> T result(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException failed) {
      throw new AssertionError(failed);
    }
  }

  @RequiresRoot("mounting")
  @Test
  void tellsAFullDiskAndLeavesNothing() throws Exception {
    Shell.sh("cd \"$1\"; head -c 3000000 /dev/zero > root/big; tar -C root -czf i.tgz .", temp);
    Path small = Files.createDirectories(temp.resolve("cache"));
    assumeTrue(
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=1m", "none", small.toString())
                .start()
                .waitFor()
            == 0,
        "NOT TESTED: nothing can be mounted here");
    try {
      assertThatThrownBy(() -> store().prepare(image("i.tgz"), problems))
          .isInstanceOf(ProblemException.class)
          .hasMessageStartingWith("no space is left in " + small);
      assertThat(cached(".part")).isEmpty();
    } finally {
      Shell.sh("umount \"$1\"", small);
    }
  }

  @Test
  void fingerprintTellsSizeAndTime() throws IOException {
    Path tar = temp.resolve("image.tar");
    String before = store().fingerprint(image("image.tar"));
    FileTime time = Files.getLastModifiedTime(tar);
    Files.write(tar, new byte[512], APPEND);
    Files.setLastModifiedTime(tar, time);
    String longer = store().fingerprint(image("image.tar"));
    Files.setLastModifiedTime(tar, FileTime.from(time.toInstant().plusNanos(1_000_000)));

    assertThat(longer).isNotEqualTo(before);
    assertThat(store().fingerprint(image("image.tar"))).isNotEqualTo(longer);
  }
}
