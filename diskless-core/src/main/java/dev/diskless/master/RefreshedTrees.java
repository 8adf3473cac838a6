package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.bundle.RecordedTrees;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreeDiff;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Expected contents of private trees after {@code diskless:refresh}, which records itself in them.
 */
final class RefreshedTrees {

  private static final TreePath RECORD = TreePath.of("etc/diskless-refreshed");

  private final InstalledReleases releases;
  private final List<String> installed;
  private final String version;

  /**
   * @param installed versions of the installed releases
   * @param version release that the nodes have booted
   */
  RefreshedTrees(InstalledReleases releases, List<String> installed, String version) {
    this.releases = releases;
    this.installed = installed;
    this.version = version;
  }

  /**
   * Returns the expected content of a tree. A tree that was refreshed to a release which is not
   * installed any more is expected as it was made.
   *
   * @param node name of the node
   * @param tree the node's tree on the disk; empty if it is missing
   * @param made the tree as it was made
   */
  FileTree of(String node, Optional<NodeFiles> tree, FileTree made) throws IOException {
    Optional<String> release = release(tree);
    if (release.isEmpty()) {
      return made;
    }
    Layer.Builder layer = Layer.builder("refreshed");
    releases
        .between(version, release.get())
        .of(node)
        .ifPresent(changes -> changes.live().values().forEach(change -> add(change, layer)));
    layer.add(record(release.get()));
    return RecordedTrees.over(made, layer.build());
  }

  private static void add(TreeDiff.Change change, Layer.Builder layer) {
    change
        .after()
        .ifPresentOrElse(
            entry -> layer.add(entry.withInode(Entry.SINGLE)), () -> layer.delete(change.path()));
  }

  /** Returns the release that the record in a tree names, if it is installed. */
  private Optional<String> release(Optional<NodeFiles> tree) throws IOException {
    if (tree.isEmpty()) {
      return Optional.empty();
    }
    Digest found = tree.get().digests(List.of(RECORD.raw()), false).get(RECORD.raw());
    if (found == null) {
      return Optional.empty();
    }
    for (String release : installed) {
      if (record(release).content().digest().equals(Optional.of(found))) {
        return Optional.of(release);
      }
    }
    return Optional.empty();
  }

  private static Entry record(String release) {
    return Entry.file(
        RECORD,
        Metadata.root(0644, Instant.EPOCH),
        new BytesContent(("REFRESHED=" + release + "\n").getBytes(UTF_8)),
        "refreshed");
  }
}
