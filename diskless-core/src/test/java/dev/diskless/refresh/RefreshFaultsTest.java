package dev.diskless.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.diskless.master.ReleaseChanges;
import dev.diskless.testing.RequiresRoot;
import dev.diskless.testing.Shell;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreeDiff;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the refresh of a node at each step, and lets each program fail. */
@RequiresRoot("mounting file systems")
class RefreshFaultsTest {

  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path folder;
  private final Map<TreePath, TreeDiff.Change> changes = new TreeMap<>();

  private static Entry file(String path, int mode, String text) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(mode, TIME),
        new BytesContent(text.getBytes(UTF_8)),
        "groups/g");
  }

  private static Entry directory(String path, int mode) {
    return Entry.directory(TreePath.of(path), Metadata.root(mode, TIME), "groups/g");
  }

  private static Entry link(String path, String target) {
    return Entry.symlink(TreePath.of(path), Metadata.root(0777, TIME), target, "groups/g");
  }

  private void change(Entry before, Entry after) {
    TreePath path = (before == null ? after : before).path();
    changes.put(
        path,
        new TreeDiff.Change(
            path, Optional.ofNullable(before), Optional.ofNullable(after), Set.of(), Set.of()));
  }

  @Test
  void aNodeHasAllOldOrAllNewFiles() throws IOException {
    Shell.sh(
        """
        mkdir -p "$1/root/etc/old" "$1/root/etc/private"
        cd "$1/root/etc"
        echo 'VERSION="1.0"' >diskless-release
        printf 'one\\n' >hosts
        printf 'gone\\n' >old/own
        ln -s hosts link
        chmod 755 private
        """,
        folder);
    change(file("etc/hosts", 0644, "one\n"), file("etc/hosts", 0600, "two\n"));
    change(null, directory("etc/empty", 0750));
    change(null, directory("etc/new", 0755));
    change(null, file("etc/new/file", 0640, "new\n"));
    change(link("etc/link", "hosts"), link("etc/link", "new/file"));
    change(directory("etc/old", 0755), null);
    change(file("etc/old/own", 0644, "gone\n"), null);
    change(directory("etc/private", 0755), directory("etc/private", 0700));
    RefreshPlan plan =
        RefreshPlan.of(
            "node",
            "1.0",
            Optional.empty(),
            "1.1",
            Map.of(),
            new ReleaseChanges.OfNode(changes, new TreeSet<>()));
    RefreshArchive.write(folder.resolve("archive"), plan, false, this::content);
    Files.writeString(folder.resolve("refresh.sh"), Refresh.script());
    try (InputStream faults = getClass().getResourceAsStream("faults.sh")) {
      Files.copy(faults, folder.resolve("faults.sh"));
    }

    Shell.Result result =
        Shell.run(folder, "exec unshare -m --propagation private sh faults.sh \"$PWD\"");

    assertThat(result.exit()).as(result.output()).isZero();
    int steps = Integer.parseInt(result.output().strip().replace(" steps", ""));
    assertThat(steps).isGreaterThan(25);
  }

  private Path content(RefreshPlan.Step step) throws IOException {
    Path file = folder.resolve("content");
    try (InputStream in = step.change().after().orElseThrow().content().open()) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }
}
