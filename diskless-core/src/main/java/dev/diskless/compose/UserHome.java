package dev.diskless.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.model.Group;
import dev.diskless.model.Mount;
import dev.diskless.model.User;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The home directory and the ssh keys of a user that the descriptor adds. A home directory in a
 * mount belongs to the file server, so the keys of its user are in {@link #KEYS}.
 *
 * @param group nodes that have the user
 * @param user other than root
 * @param gid number of the user's primary group
 */
record UserHome(Group group, User user, long gid) {

  /** Directory that the template of sshd's configuration names, too. */
  private static final TreePath KEYS = TreePath.of("etc/ssh/authorized_keys.d");

  /** Files that a new home directory starts with (useradd(8)). */
  private static final TreePath SKELETON = TreePath.of("etc/skel");

  void addTo(FileTree tree, Layer.Builder layer) throws IOException {
    String origin = "users of group " + group.name();
    boolean isMounted = group.mounts().stream().anyMatch(this::contains);
    if (isMounted) {
      if (!user.sshKeys().isEmpty()) {
        layer.ensure(Entry.directory(KEYS, Metadata.root(0755, Instant.EPOCH), origin));
        addKeys(tree, KEYS.resolve(user.name()), Metadata.root(0644, Instant.EPOCH), layer);
      }
      return;
    }
    TreePath home = inTree(tree, TreePath.of(user.homeDirectory().substring(1)));
    if (tree.get(home).isEmpty()) {
      layer.add(Entry.directory(home, metadata(0700), origin));
      addSkeleton(tree, home, layer);
    } else if (user.home().isEmpty() && tree.get(home).get().metadata().uid() == 0) {
      // Files of the project belong to root by default.
      Entry directory = tree.get(home).get();
      layer.add(
          directory.withMetadata(directory.metadata().withOwner(user.uid().orElseThrow(), gid)));
    }
    if (!user.sshKeys().isEmpty()) {
      TreePath ssh = home.resolve(".ssh");
      layer.add(Entry.directory(ssh, metadata(0700), origin));
      addKeys(tree, ssh.resolve("authorized_keys"), metadata(0600), layer);
    }
  }

  private boolean contains(Mount mount) {
    return mount.path().equals(user.homeDirectory()) || mount.hides(user.homeDirectory());
  }

  /** Returns a path without symbolic links among its parent directories, such as /home. */
  private static TreePath inTree(FileTree tree, TreePath path) {
    TreePath parent = path.parentOrRoot();
    return parent.isRoot()
        ? path
        : tree.resolve(parent)
            .map(Entry::path)
            .orElseGet(() -> inTree(tree, parent))
            .resolve(TreePath.ofRaw(path.rawName()));
  }

  private void addSkeleton(FileTree tree, TreePath home, Layer.Builder layer) {
    for (Iterator<Entry> entries = tree.below(SKELETON); entries.hasNext(); ) {
      Entry entry = entries.next();
      boolean isCopied = entry.isFile() || entry.isDirectory() || entry.isSymlink();
      if (isCopied && !entry.path().equals(SKELETON)) {
        layer.add(
            entry
                .withInode(Entry.SINGLE)
                .withPath(home.resolve(entry.path().relativeTo(SKELETON)))
                .withMetadata(entry.metadata().withOwner(user.uid().orElseThrow(), gid)));
      }
    }
  }

  /** Adds the keys to those of the project's files. */
  private void addKeys(FileTree tree, TreePath path, Metadata metadata, Layer.Builder layer)
      throws IOException {
    Set<String> keys = new LinkedHashSet<>();
    Optional<Entry> there = tree.get(path).filter(Entry::isFile);
    if (there.isPresent()) {
      there.get().content().text(UTF_8).lines().forEach(keys::add);
    }
    keys.addAll(user.sshKeys());
    byte[] text = (String.join("\n", keys) + "\n").getBytes(UTF_8);
    layer.add(Entry.file(path, metadata, new BytesContent(text), "users of group " + group.name()));
  }

  private Metadata metadata(int mode) {
    return Metadata.root(mode, Instant.EPOCH).withOwner(user.uid().orElseThrow(), gid);
  }
}
