package dev.diskless.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.diskless.host.SearchPath;
import dev.diskless.model.ImageSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.Shell;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a script in place of mmdebstrap; {@link RealMmdebstrapTest} runs the real one. */
@RequiresProgram("sh")
class DebianImageTest {

  private static final ImageSource.Debian SOURCE =
      new ImageSource.Debian(
          "bookworm",
          Optional.empty(),
          Optional.empty(),
          List.of("main"),
          List.of("openssh-server"),
          List.of());

  @TempDir Path temp;
  private final Problems problems = new Problems();
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void installScript() throws IOException, InterruptedException {
    // Makes a tar of a tree that holds $TEMP/content, and notes its arguments.
    script(
        """
        printf '%s\\n' "$@" > "$0.arguments"
        env > "$0.environment"
        echo run >> "$0.runs"
        echo "I: running apt-get update..." >&2
        while [ "$1" != -- ]; do shift; done
        dir=$(mktemp -d)
        mkdir "$dir/etc" "$dir/usr"
        cp "$0.content" "$dir/etc/content"
        tar -C "$dir" --mtime=@0 --sort=name -cf "$3" .
        rm -r "$dir"
        """);
    content("one");
  }

  private Path program() {
    return temp.resolve("bin/mmdebstrap");
  }

  private void script(String text) throws IOException, InterruptedException {
    Files.createDirectories(program().getParent());
    Files.writeString(program(), "#!/bin/sh\nset -eu\n" + text);
    Shell.sh("chmod +x \"$1\"", program());
  }

  private void content(String text) throws IOException {
    Files.writeString(temp.resolve("bin/mmdebstrap.content"), text);
  }

  private DebianImage image(ImageSource.Debian source, DebianOptions options) {
    return new DebianImage(
        "debian",
        source,
        temp.resolve("cache"),
        options,
        name ->
            MmdebstrapHost.of(
                name, SearchPath.of(temp.resolve("bin") + ":/usr/bin:/bin"), "root", Path.of("/")));
  }

  private DebianImage image(boolean update, boolean offline) {
    return image(SOURCE, new DebianOptions(Optional.empty(), update, offline));
  }

  private FileTree read(DebianImage image) throws IOException {
    return image.read(problems, said::add);
  }

  private int runs() throws IOException {
    Path runs = temp.resolve("bin/mmdebstrap.runs");
    return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
  }

  private static String contentOf(FileTree tree) throws IOException {
    try (var in = tree.get(TreePath.of("etc/content")).orElseThrow().content().open()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private List<String> cached() throws IOException {
    try (Stream<Path> files = Files.walk(temp.resolve("cache"))) {
      return files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()).toList();
    }
  }

  @Test
  void installsOnceAndThenNeedsNoMmdebstrap() throws Exception {
    DebianImage first = image(false, false);
    assertThat(contentOf(read(first))).isEqualTo("one");
    Files.delete(program());

    DebianImage second = image(false, true);
    assertThat(contentOf(read(second))).isEqualTo("one");
    assertThat(runs()).isEqualTo(1);
    assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
    assertThat(cached()).filteredOn(f -> f.endsWith(".tar")).hasSize(1);
    assertThat(cached()).noneMatch(f -> f.contains("part"));
  }

  @Test
  void anotherRecipeIsAnotherImage() throws IOException {
    read(image(false, false));
    read(
        image(
            new ImageSource.Debian(
                "bookworm",
                Optional.empty(),
                Optional.empty(),
                List.of("main"),
                List.of("rsync"),
                List.of()),
            DebianOptions.DEFAULT));
    read(image(SOURCE, new DebianOptions(Optional.of("http://mirror.example/"), false, false)));

    assertThat(runs()).isEqualTo(3);
  }

  @Test
  void updateInstallsAnewOnceABuildAndKeepsTheOldTreeReadable() throws IOException {
    FileTree old = read(image(false, false));
    String before = image(false, false).fingerprint();
    content("two");
    DebianImage update = image(true, false);

    assertThat(update.fingerprint()).isNotEqualTo(before);
    assertThat(contentOf(read(update))).isEqualTo("two");
    assertThat(contentOf(read(update))).isEqualTo("two");
    assertThat(runs()).isEqualTo(2);
    assertThat(update.fingerprint()).isNotEqualTo(before);
    assertThat(image(false, false).fingerprint()).isEqualTo(update.fingerprint());
    assertThat(contentOf(old)).isEqualTo("one");
    assertThat(cached()).filteredOn(f -> f.endsWith(".tar")).hasSize(1);
    assertThat(cached()).filteredOn(f -> f.endsWith(".index")).hasSize(1);
  }

  @Test
  void anUpdateWithoutNewsChangesNothing() throws IOException {
    read(image(false, false));
    String before = image(false, false).fingerprint();
    DebianImage update = image(true, false);
    read(update);

    assertThat(runs()).isEqualTo(2);
    assertThat(update.fingerprint()).isEqualTo(before);
  }

  @Test
  void offlineNeedsTheCache() throws IOException {
    assertThatThrownBy(() -> read(image(false, true)))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("image debian is not in the cache")
        .hasMessageContaining("run Maven once without -o");
    assertThat(runs()).isZero();

    read(image(false, false));
    read(image(true, true));
    assertThat(runs()).isEqualTo(1);
    assertThat(problems.warnings())
        .extracting(Problem::message)
        .containsExactly("image debian is not updated, because Maven is offline");
  }

  @Test
  void callsMmdebstrapSoThatTheSameComesOut() throws IOException {
    read(
        image(
            new ImageSource.Debian(
                "bookworm",
                Optional.of("arm64"),
                Optional.of("http://mirror.example/debian"),
                List.of("main", "non-free-firmware"),
                List.of("openssh-server", "linux-image-arm64"),
                List.of("deb [signed-by=/it's.gpg] http://x.example bookworm main")),
            DebianOptions.DEFAULT));

    List<String> arguments = Files.readAllLines(temp.resolve("bin/mmdebstrap.arguments"));
    assertThat(arguments)
        .contains(
            "--mode=root",
            "--format=tar",
            "--architectures=arm64",
            "--components=main,non-free-firmware",
            "--include=busybox,linux-image-arm64,nfs-common,openssh-server,zstd",
            "--setup-hook=printf '%s\\n' 'deb [signed-by=/it'\\''s.gpg] http://x.example bookworm"
                + " main' > \"$1\"/etc/apt/sources.list.d/diskless.list");
    assertThat(arguments.subList(arguments.size() - 4, arguments.size()))
        .startsWith("--", "bookworm")
        .endsWith("http://mirror.example/debian");
    assertThat(Files.readAllLines(temp.resolve("bin/mmdebstrap.environment")))
        .contains("SOURCE_DATE_EPOCH=1767225600", "LC_ALL=C.UTF-8", "TZ=UTC");
  }

  @Test
  void aFailureLeavesNothingAndTellsTheEndOfTheLog() throws Exception {
    script(
        """
        echo "I: installing remaining packages inside the chroot..." >&2
        for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18; do echo "line $i"; done
        echo half > part.tar
        exit 3
        """);

    ProblemException failure =
        catchThrowableOfType(ProblemException.class, () -> read(image(false, false)));

    assertThat(failure.getMessage())
        .startsWith(
            "image debian: mmdebstrap failed while installing remaining packages inside the chroot:\n"
                + "    line 4\n")
        .contains("    line 18; solve the problem that the last lines report; the log is " + temp);
    assertThat(cached()).containsOnly("lock", "log");
    Files.deleteIfExists(Path.of("part.tar"));
  }

  @Test
  void aFailureKeepsTheOldImage() throws Exception {
    read(image(false, false));
    script("exit 1");

    assertThatThrownBy(() -> read(image(true, false))).isInstanceOf(ProblemException.class);

    assertThat(contentOf(read(image(false, false)))).isEqualTo("one");
  }

  @Test
  void namesEachUnknownPackage() throws Exception {
    script(
        """
        echo "E: Unable to locate package nosuch" >&2
        echo "E: Package 'gone' has no installation candidate" >&2
        exit 1
        """);

    ProblemException failure =
        catchThrowableOfType(ProblemException.class, () -> read(image(false, false)));

    assertThat(failure.problems())
        .extracting(Problem::message)
        .containsExactly(
            "image debian: package nosuch does not exist in bookworm",
            "image debian: package gone does not exist in bookworm");
  }

  @Test
  void tellsEverythingWrongWithARecipe() {
    ImageSource.Debian wrong =
        new ImageSource.Debian(
            "--help",
            Optional.empty(),
            Optional.of("/srv/mirror"),
            List.of("main"),
            List.of("a b", "OpenSSH", "libstdc++6:amd64", "linux-image-amd64=6.1.1-1"),
            List.of("http://x.example"));

    ProblemException failure =
        catchThrowableOfType(ProblemException.class, () -> image(wrong, DebianOptions.DEFAULT));

    assertThat(failure.problems())
        .extracting(Problem::message)
        .containsExactly(
            "image debian: `--help` is not a valid suite",
            "image debian: `a b` is not a valid package",
            "image debian: `OpenSSH` is not a valid package",
            "image debian: `/srv/mirror` is not a valid mirror",
            "image debian: `http://x.example` is not a valid apt source");
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS)
  void anInterruptEndsMmdebstrapAndItsChildren() throws Exception {
    script("echo $$ > \"$0.pid\"\nsleep 1000 & echo $! > \"$0.child\"\nwait\n");
    Thread build =
        new Thread(
            () -> {
              try {
                read(image(false, false));
              } catch (IOException interrupted) {
                said.add(interrupted.getMessage());
              }
            });
    build.start();
    Path child = temp.resolve("bin/mmdebstrap.child");
    while (!Files.exists(child) || Files.size(child) == 0) {
      Thread.sleep(20);
    }
    ProcessHandle process = handle("pid");
    ProcessHandle itsChild = handle("child");
    build.interrupt();
    build.join();

    assertThat(said).contains("interrupted while image debian was installed");
    itsChild.onExit().get(10, TimeUnit.SECONDS);
    assertThat(process.isAlive()).isFalse();
    assertThat(cached()).containsOnly("lock", "log");
  }

  private ProcessHandle handle(String end) throws IOException {
    String pid = Files.readString(temp.resolve("bin/mmdebstrap." + end)).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }
}
