package dev.diskless.compose;

import dev.diskless.model.Group;
import dev.diskless.model.Secret;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.time.Instant;
import java.util.Optional;

/** Prepares trees for the state and secrets that the master keeps outside of trees. */
final class KeptPaths {

  private KeptPaths() {}

  /**
   * Returns a group's tree with a mount point for each path of its state, and with the parent
   * directories of its secrets. Reports an error for each secret that the tree contains.
   */
  static FileTree of(Group group, FileTree tree, Problems problems) {
    String name = "state of group " + group.name();
    Layer.Builder layer = Layer.builder(name);
    for (String each : group.keeping().state()) {
      TreePath path = TreePath.of(each);
      Optional<Entry> there = tree.get(path);
      if (there.isEmpty()) {
        layer.ensure(directory(path, name));
      } else if (!there.get().isDirectory() && !there.get().isFile()) {
        problems.error(
            "the state %s of group %s is neither a file nor a directory in its tree"
                .formatted(each, group.name()),
            "write the target of the link, or put a file or directory there");
      }
    }
    for (Secret secret : group.keeping().secrets()) {
      TreePath parent = TreePath.of(secret.path()).parentOrRoot();
      if (!parent.isRoot()) {
        layer.ensure(directory(parent, name));
      }
    }
    Layer made = layer.build();
    FileTree with = made.isEmpty() ? tree : tree.with(made, problems);
    for (Secret secret : group.keeping().secrets()) {
      with.get(TreePath.of(secret.path())).ifPresent(e -> tell(e, problems));
    }
    return with;
  }

  /** Reports an error for each secret that a node's own layer contains. */
  static void check(Group group, Layer own, Problems problems) {
    for (Secret secret : group.keeping().secrets()) {
      TreePath path = TreePath.of(secret.path());
      own.entries().stream().filter(e -> e.path().equals(path)).forEach(e -> tell(e, problems));
    }
  }

  private static void tell(Entry entry, Problems problems) {
    problems.error(
        "the secret /%s is in %s, so that the bundle would contain it"
            .formatted(entry.path(), entry.layer()),
        "remove it there and make a new secret. The master keeps secrets (docs/state.md)");
  }

  /** Returns a mount point. A mount hides it, so its time does not matter. */
  private static Entry directory(TreePath path, String origin) {
    return Entry.directory(path, Metadata.root(0755, Instant.EPOCH), origin);
  }
}
