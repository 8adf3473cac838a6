package dev.diskless.boot;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.InitramfsSource;
import dev.diskless.model.Node;
import dev.diskless.model.ReleaseLayout;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Kernels of groups that start without an initramfs. A kernel comes from the tree of its group:
 * from the image, or from the files that the project adds to the group.
 */
public final class GroupKernels {

  private GroupKernels() {}

  /** Returns the groups that start without an initramfs, in the order of the descriptor. */
  public static List<Group> groups(Cluster cluster) {
    return cluster.usedGroups().stream()
        .filter(g -> g.initramfs() == InitramfsSource.NONE)
        .toList();
  }

  /**
   * Returns the kernel of a group for the TFTP root. Every user can read it, because a TFTP server
   * serves only such files.
   *
   * @param release that it is packed in
   * @param tree of the group
   * @param own what the group adds to its image
   */
  public static Optional<Entry> bootFile(
      ReleaseLayout release, Group group, FileTree tree, Layer own) {
    return kernel(group, tree, own)
        .map(GroupKernels::unpacked)
        .map(
            k ->
                k.withPath(TreePath.of(release.groupKernel(group)))
                    .withInode(Entry.SINGLE)
                    .withMetadata(Metadata.root(0644, k.metadata().mtime())));
  }

  private static Entry unpacked(Entry kernel) {
    try {
      return KernelImage.unpacked(kernel.content()).map(kernel::withContent).orElse(kernel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Finds the kernel that the group selects. Without the key {@code kernel}, a kernel that the
   * group adds comes before all kernels of its image.
   */
  private static Optional<Entry> kernel(Group group, FileTree tree, Layer own) {
    if (group.kernel().isPresent()) {
      return KernelFiles.kernel(tree, group.kernel());
    }
    return KernelFiles.newest(own.entries().iterator()).or(() -> KernelFiles.kernel(tree));
  }

  /**
   * Rejects a kernel that cannot mount the root without an initramfs.
   *
   * @param tree of the group
   * @param own what the group adds to its image
   */
  public static void check(
      Cluster cluster, Group group, FileTree tree, Layer own, Problems problems)
      throws IOException {
    String name = "group " + group.name();
    Optional<Entry> kernel = kernel(group, tree, own);
    if (kernel.isEmpty() && group.kernel().isPresent()) {
      // KernelRequirements reports it with the place of the key.
      return;
    }
    if (kernel.isEmpty()) {
      problems.add(
          Problem.error(
              name
                  + " has no kernel: no file /boot/vmlinuz-* and no file"
                  + " /usr/lib/modules/VERSION/vmlinuz in its image or its files",
              "put a kernel under files/groups/%s/boot".formatted(group.name())));
      return;
    }
    // A kernel of an unsupported format is an error, because its configuration is unknown.
    Optional<KernelImage> read =
        KernelImage.read(
            "%s, %s".formatted(name, kernel.get().path()), kernel.get().content(), problems);
    if (read.isEmpty()) {
      return;
    }
    int before = problems.all().size();
    Optional<FoundConfiguration> found =
        ImageKernels.configuration(name, tree, kernel.get(), read.get(), problems);
    if (found.isEmpty()) {
      if (problems.all().size() == before) {
        problems.add(
            Problem.error(
                ("%s, %s: the kernel contains no configuration and has none beside it, so it"
                        + " is unknown whether the kernel can start without an initramfs")
                    .formatted(name, kernel.get().path()),
                "put its configuration beside it as %s/config-%s"
                    .formatted(kernel.get().path().parent(), KernelFiles.version(kernel.get()))));
      }
      return;
    }
    List<KernelNeed> needs = KernelNeeds.withoutInitramfs(found.get().configuration(), List.of());
    if (!needs.isEmpty()) {
      problems.add(
          Problem.error(
              "%s: its kernel %s cannot start without an initramfs; it lacks %s"
                  .formatted(name, read.get().release(), ImageKernels.join(needs)),
              "build a kernel with the fragment that mvn diskless:kernel writes, or remove"
                  + " initramfs: none"));
    }
    if (found.get().configuration().has("MODULES")) {
      KernelModules.check(name, tree, read.get().release(), problems);
    }
    List<Node> nodes =
        cluster.nodes().stream().filter(n -> n.group().name().equals(group.name())).toList();
    ImageKernels.checkCommandLines(name, read.get(), cluster, nodes, problems);
  }
}
