package dev.diskless.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.bundle.BundleSummary;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.RequiresProgram;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases whose files are equal and belong together in other ways; manifest formats 1 and 2. */
@RequiresRoot("restoring owners")
@RequiresProgram("mksquashfs")
class LinkChangesTest {

  private static final List<String> FOLDERS = List.of("etc", "usr/share");

  @TempDir private Path folder;
  private Path root;
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void onlyAsRoot() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    try (InputStream in = BundleSummary.class.getResourceAsStream("format-1.tar.zst")) {
      Files.write(folder.resolve("format-1.tar.zst"), in.readAllBytes());
    }
  }

  @Test
  void aReleaseHasTheLinksOfItsOwnBundle() throws IOException {
    install(bundle("1.0", "ab"));
    install(bundle("2.0", "cd"));
    hasLinks("1.0", "ab", "c", "d");
    hasLinks("2.0", "a", "b", "cd");

    rollback();
    hasLinks("1.0", "ab", "c", "d");
    install(bundle("3.0", "abcd"));
    hasLinks("3.0", "abcd");
    install(bundle("4.0", "ac"));
    hasLinks("4.0", "ac", "b", "d");
    install(bundle("5.0", ""));
    hasLinks("5.0", "a", "b", "c", "d");
    install(bundle("6.0", "bcd"));
    hasLinks("6.0", "a", "bcd");
    hasLinks("1.0", "ab", "c", "d");
    assertThat(said).noneMatch(l -> l.contains("damaged"));
  }

  @Test
  void whatIsEqualIsStillShared() throws IOException {
    install(bundle("1.0", "ab"));
    install(bundle("2.0", "ab"));

    assertThat(inode("1.0", "images/golden/etc/a")).isEqualTo(inode("2.0", "images/golden/etc/a"));
    hasLinks("2.0", "ab", "c", "d");
  }

  /** The installer of the old bundle is a shell script. */
  @Test
  void aFormatTwoReleaseFollowsOneThatItsOwnScriptInstalled() throws IOException {
    Shell.check(
        folder,
        "zstd -dcq format-1.tar.zst | tar -xO META-INF/diskless/install >old && head -n 1 old | grep -qx '#!/bin/sh' && sh old --destdir root format-1.tar.zst");
    String first = content("1.0");
    install(bundle("2.0", "ab"));
    String second = content("2.0");
    String old = "sh root/srv/diskless/lab/releases/1.0/META-INF/diskless/install --destdir root ";
    String now =
        "python3 root/srv/diskless/lab/releases/2.0/META-INF/diskless/install --destdir root ";
    String[][] steps = {
      {old + "--rollback", "1.0"},
      {now + "--switch 2.0", "2.0"},
      {now + "--rollback", "1.0"},
      {old + "--switch 2.0", "2.0"},
      {now + "--rollback", "1.0"},
      {now + "--undo", "2.0"},
      {old + "--undo", "1.0"},
    };
    for (String[] step : steps) {
      Shell.Result result = Shell.run(folder, step[0]);
      if (result.exit() != 0 && step[0].endsWith("--undo")) {
        continue; // there is one step back only
      }
      assertThat(result.exit()).as("%s: %s", step[0], result.output()).isZero();
      isActive(step[1]);
      assertThat(content("1.0")).isEqualTo(first);
      assertThat(content("2.0")).isEqualTo(second);
    }
    rollbackWithGoal();
  }

  @Test
  void aFormatOneReleaseFollowsOneOfFormatTwo() throws IOException {
    install(bundle("2.0", "ab"));
    install(folder.resolve("format-1.tar.zst"));
    isActive("1.0");
    String first = content("1.0");
    rollback();
    isActive("2.0");
    Shell.check(
        folder,
        "sh root/srv/diskless/lab/releases/1.0/META-INF/diskless/install --destdir root --switch 1.0");
    isActive("1.0");
    rollbackWithGoal();
    isActive("2.0");

    // The release is the one that the old script makes.
    Shell.check(
        folder,
        "mkdir other && zstd -dcq format-1.tar.zst | tar -xO META-INF/diskless/install >old && sh old --destdir other format-1.tar.zst");
    assertThat(content("1.0")).isEqualTo(content(folder.resolve("other"), "1.0"));
    assertThat(inode("1.0", "images/golden/usr/bin/perl"))
        .isEqualTo(inode("1.0", "images/golden/usr/bin/perl5"));
    assertThat(first).isEqualTo(content("1.0"));
  }

  private void rollbackWithGoal() throws IOException {
    Rollback.run(
        new MasterHost(root, MasterHost.DIRECTORY, "lab"), Optional.empty(), false, said::add);
  }

  private void rollback() throws IOException {
    Shell.check(
        folder,
        "python3 root/srv/diskless/lab/releases/2.0/META-INF/diskless/install --destdir root --rollback");
  }

  private void install(Path bundle) throws IOException {
    Activation.run(new ActivationRequest(bundle, root, false, false, false), said::add);
  }

  /** A bundle in which the files a, b, c and d of two folders are equal, and some are one file. */
  private Path bundle(String version, String linked) throws IOException {
    List<Entry> image =
        new ArrayList<>(
            List.of(
                Versions.directory("var", 0755, 0),
                Versions.directory("root", 0700, 0),
                Versions.directory("tmp", 01777, 0)));
    for (String parent : FOLDERS) {
      for (String name : List.of("a", "b", "c", "d")) {
        Entry file = Versions.file(parent + "/" + name, 0644, "same");
        image.add(linked.contains(name) ? file.withInode(7 + FOLDERS.indexOf(parent)) : file);
      }
    }
    return Versions.write(folder, version, Clusters.labWithEveryRoot(), image);
  }

  /** The names of each group are one file, in the image and in the trees that nodes write into. */
  private void hasLinks(String version, String... groups) throws IOException {
    for (String tree : List.of("images/golden", "192.168.45.45", "192.168.45.47")) {
      for (String parent : FOLDERS) {
        if (tree.endsWith("47") && !parent.equals("etc")) {
          continue; // a shared tree has no such folder of its own
        }
        List<String> inodes = new ArrayList<>();
        for (String group : groups) {
          List<String> found =
              group
                  .chars()
                  .mapToObj(c -> tree + "/" + parent + "/" + (char) c)
                  .map(p -> inode(version, p))
                  .distinct()
                  .toList();
          assertThat(found).as("%s %s %s", version, tree, group).hasSize(1);
          inodes.addAll(found);
        }
        assertThat(inodes).as("%s %s", version, tree).doesNotHaveDuplicates();
      }
    }
  }

  private String content(String version) throws IOException {
    return content(root, version);
  }

  /** Everything in a release but kernels of other releases. */
  private static String content(Path root, String version) throws IOException {
    return Versions.snapshot(root.resolve(Versions.BASE + "/releases/" + version))
        .lines()
        .filter(l -> !l.contains(version.equals("1.0") ? "./boot/2.0" : "./boot/1.0"))
        .collect(Collectors.joining("\n"));
  }

  private String inode(String version, String path) {
    try {
      return Files.getAttribute(release(version).resolve(path), "unix:ino").toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void isActive(String version) throws IOException {
    assertThat(Files.readSymbolicLink(root.resolve(Versions.BASE + "/active")))
        .isEqualTo(Path.of("releases", version));
  }

  private Path release(String version) {
    return root.resolve(Versions.BASE + "/releases/" + version);
  }
}
