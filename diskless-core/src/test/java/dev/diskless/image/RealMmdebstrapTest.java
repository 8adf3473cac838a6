package dev.diskless.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.diskless.model.Image;
import dev.diskless.model.ImageSource;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installs real packages with the real mmdebstrap; needs it, and a mirror. */
@RequiresProgram("mmdebstrap")
class RealMmdebstrapTest {

  /** A mirror to use instead of the default one. */
  private static final Optional<String> MIRROR =
      Optional.ofNullable(System.getProperty("diskless.mirror"));

  private static final Image IMAGE =
      new Image(
          "debian",
          new ImageSource.Debian(
              "bookworm",
              Optional.empty(),
              Optional.empty(),
              List.of("main"),
              List.of("openssh-server"),
              List.of()));

  @TempDir Path temp;
  private final Problems problems = new Problems();
  private final List<String> said = new ArrayList<>();

  private ImageStore store(String cache, Instant timestamp, boolean offline) {
    return new ImageStore(
        temp.resolve(cache),
        temp,
        artifact -> temp,
        new DebianOptions(MIRROR, false, offline),
        timestamp,
        line -> {
          said.add(line);
          System.out.println(line);
        });
  }

  /** Reads the lists of packages, as an installation does first, and installs nothing. */
  private static void assumeMirror() throws IOException, InterruptedException {
    assumeTrue(
        System.getenv("DISKLESS_TEST_DEBIAN") != null,
        "NOT TESTED: it takes minutes; set DISKLESS_TEST_DEBIAN=yes to run it");
    List<String> command =
        new ArrayList<>(
            List.of("mmdebstrap", "--simulate", "--variant=custom", "bookworm", "/dev/null"));
    MIRROR.ifPresent(command::add);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assumeTrue(process.waitFor() == 0, "NOT TESTED: there is no mirror of Debian here:\n" + said);
  }

  private Path tar(String cache) throws IOException {
    try (Stream<Path> files = Files.walk(temp.resolve(cache))) {
      return files.filter(f -> f.toString().endsWith(".tar")).findFirst().orElseThrow();
    }
  }

  @Test
  void installsTheSameTwiceAndThenNotAgain() throws Exception {
    assumeMirror();
    Instant timestamp = Instant.parse("2026-05-05T05:05:05Z");
    ImageStore store = store("one", timestamp, false);
    PreparedImage first = store.prepare(IMAGE, problems);
    FileTime installed = Files.getLastModifiedTime(tar("one"));

    long start = System.nanoTime();
    PreparedImage again = store("one", timestamp, true).prepare(IMAGE, problems);
    Duration second = Duration.ofNanos(System.nanoTime() - start);

    assertThat(Files.getLastModifiedTime(tar("one"))).isEqualTo(installed);
    assertThat(said).filteredOn(line -> line.contains("installing Debian")).hasSize(1);
    assertThat(again.fingerprint()).isEqualTo(first.fingerprint());
    assertThat(again.packages()).isEqualTo(first.packages());
    System.out.println("from the cache in " + second.toMillis() + " ms");

    FileTree tree = first.tree();
    assertThat(first.packages())
        .extracting(InstalledPackage::name)
        .contains("openssh-server", "nfs-common", "busybox", "systemd-sysv", "udev", "ifupdown");
    assertThat(tree.get(TreePath.of("etc/machine-id")).orElseThrow().content().size()).isZero();
    for (String gone :
        List.of("etc/hostname", "etc/resolv.conf", "etc/ssh/ssh_host_rsa_key", "etc/passwd-")) {
      assertThat(tree.get(TreePath.of(gone))).as(gone).isEmpty();
    }
    assertThat(tree.resolve(TreePath.of("sbin/mount.nfs"))).isPresent();
    assertThat(tree.get(TreePath.of("usr/bin/su")).orElseThrow().metadata().mode())
        .isEqualTo(04755);
    assertThat(tree.get(TreePath.of("etc/shadow")).orElseThrow().metadata().gid()).isEqualTo(42);
    assertThat(problems.all()).isEmpty();

    // At another time of the project, and of the day; the bytes are the same.
    store("two", Instant.EPOCH, false).prepare(IMAGE, problems);
    assertThat(Files.mismatch(tar("one"), tar("two"))).isEqualTo(-1);
  }

  @Test
  void namesAPackageThatDoesNotExist() throws Exception {
    assumeMirror();
    Image wrong =
        new Image(
            "debian",
            new ImageSource.Debian(
                "bookworm",
                Optional.empty(),
                Optional.empty(),
                List.of("main"),
                List.of("no-such-package", "neither-this"),
                List.of()));

    assertThatThrownBy(() -> store("one", Instant.EPOCH, false).prepare(wrong, problems))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining(
            "package no-such-package does not exist in bookworm; correct its name")
        .hasMessageContaining("package neither-this does not exist in bookworm; correct its name");
  }
}
