package dev.diskless.boot;

import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gathers what the TFTP root takes from the images. */
public final class BootFiles {

  private BootFiles() {}

  /**
   * The kernel and initramfs of each image, and the loaders that some image has.
   *
   * @param images the trees by the images' names, in the descriptor's order
   * @param problems takes missing kernels as errors, and missing loaders as warnings, because a
   *     master may have them already
   */
  public static List<BootFile> of(
      Cluster cluster, Map<String, FileTree> images, Problems problems) {
    List<BootFile> files = new ArrayList<>();
    images.forEach(
        (image, tree) ->
            KernelFiles.find(image, tree, problems)
                .ifPresent(
                    kernel -> {
                      TreePath folder = TreePath.of(image);
                      files.add(new BootFile(folder.resolve("vmlinuz"), image, kernel.kernel()));
                      files.add(new BootFile(folder.resolve("initrd.img"), image, kernel.initrd()));
                    }));
    boolean pxelinux = cluster.nodes().stream().anyMatch(n -> boots(n, BootMethod.PXELINUX));
    if (pxelinux) {
      List<Loader> missing = addLoaders(Loader.PXELINUX, images, files);
      if (!missing.isEmpty()) {
        problems.add(
            Problem.warning(
                "no image has "
                    + String.join(" and ", names(missing))
                    + ", which BIOS machines load",
                "add the packages %s to an image, or put the files into the master's TFTP root"
                    .formatted(String.join(" and ", packages(missing)))));
      }
    }
    addLoaders(Loader.UEFI_X64, images, files);
    return files;
  }

  private static boolean boots(dev.diskless.model.Node node, BootMethod method) {
    return node.group().boot() == method;
  }

  private static List<Loader> addLoaders(
      List<Loader> loaders, Map<String, FileTree> images, List<BootFile> files) {
    List<Loader> missing = new ArrayList<>();
    for (Loader loader : loaders) {
      Optional<BootFile> found =
          images.entrySet().stream()
              .flatMap(
                  i -> loader.find(i.getValue()).stream().map(e -> boot(loader, i.getKey(), e)))
              .findFirst();
      found.ifPresentOrElse(files::add, () -> missing.add(loader));
    }
    return missing;
  }

  private static BootFile boot(Loader loader, String image, Entry entry) {
    return new BootFile(TreePath.of(loader.name()), image, entry);
  }

  private static List<String> names(List<Loader> loaders) {
    return loaders.stream().map(Loader::name).toList();
  }

  private static List<String> packages(List<Loader> loaders) {
    return loaders.stream().map(Loader::debianPackage).distinct().toList();
  }
}
