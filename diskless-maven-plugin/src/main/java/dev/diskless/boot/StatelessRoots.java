package dev.diskless.boot;

import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.RootMode;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Refuses groups whose image could not make their root: its initramfs lacks what does it. */
public final class StatelessRoots {

  private static final String SCRIPT = "scripts/nfs-bottom/diskless";

  private static final String REMEDY =
      "put the two files of docs/images.md (\"The initramfs of a stateless node\") into the image"
          + " and run update-initramfs -u in it, or write root: full";

  private StatelessRoots() {}

  /**
   * @param images the trees by the images' names
   * @param problems takes the images that cannot
   */
  public static void check(Cluster cluster, Map<String, FileTree> images, Problems problems)
      throws IOException {
    for (Map.Entry<String, FileTree> image : images.entrySet()) {
      String groups =
          cluster.usedGroups().stream()
              .filter(g -> g.root() == RootMode.OVERLAY && g.image().equals(image.getKey()))
              .map(Group::name)
              .collect(Collectors.joining(", "));
      // A missing kernel or initramfs is told where they are gathered.
      Optional<KernelFiles> kernel =
          groups.isEmpty()
              ? Optional.empty()
              : KernelFiles.find(image.getKey(), image.getValue(), new Problems());
      if (kernel.isPresent()) {
        check(image.getKey(), groups, kernel.get(), problems);
      }
    }
  }

  private static void check(String image, String groups, KernelFiles kernel, Problems problems) {
    String what = "image %s, initramfs %s: ".formatted(image, kernel.initrd().path());
    try {
      if (!Initramfs.of(kernel.initrd()).has(SCRIPT)) {
        problems.add(
            Problem.error(
                what + "it has no %s, so root: overlay of %s cannot work".formatted(SCRIPT, groups),
                REMEDY));
      }
    } catch (IOException e) {
      problems.add(
          Problem.error(
              what
                  + "%s, so whether root: overlay of %s can work is not known"
                      .formatted(e.getMessage(), groups),
              "compress it with zstd, xz or gzip (COMPRESS in /etc/initramfs-tools/initramfs.conf)"));
    }
  }
}
