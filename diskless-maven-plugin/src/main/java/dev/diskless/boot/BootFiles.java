package dev.diskless.boot;

import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.InitramfsSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Gathers what the TFTP root takes from the images. */
public final class BootFiles {

  private final Map<String, FileTree> images;
  private final Problems problems;
  private final Map<TreePath, BootFile> files = new LinkedHashMap<>();

  private BootFiles(Map<String, FileTree> images, Problems problems) {
    this.images = images;
    this.problems = problems;
  }

  /**
   * The kernel and initramfs of each image, and the loaders that some image has.
   *
   * @param images the trees by the images' names, in the descriptor's order
   * @param problems takes missing kernels as errors, and missing loaders as warnings, because a
   *     master may have them already
   */
  public static List<BootFile> of(
      Cluster cluster, Map<String, FileTree> images, Problems problems) {
    BootFiles boot = new BootFiles(images, problems);
    images.keySet().stream().filter(i -> needsInitramfs(i, cluster)).forEach(boot::addKernel);
    Set<BootMethod> methods = EnumSet.noneOf(BootMethod.class);
    cluster.nodes().forEach(n -> methods.add(n.group().boot()));
    methods.forEach(boot::addLoaders);
    return List.copyOf(boot.files.values());
  }

  /** What starts without an initramfs has the kernel of its group: {@link GroupKernels}. */
  private static boolean needsInitramfs(String image, Cluster cluster) {
    List<InitramfsSource> wanted =
        cluster.usedGroups().stream()
            .filter(g -> g.image().equals(image))
            .map(Group::initramfs)
            .toList();
    return wanted.isEmpty() || wanted.contains(InitramfsSource.IMAGE);
  }

  private void addKernel(String image) {
    KernelFiles.find(image, images.get(image), problems)
        .ifPresent(
            found -> {
              TreePath folder = TreePath.of(image);
              add(new BootFile(folder.resolve("vmlinuz"), image, found.kernel()));
              add(new BootFile(folder.resolve("initrd.img"), image, found.initrd()));
            });
  }

  private void addLoaders(BootMethod method) {
    List<LoaderSet> sets = LoaderSet.of(method);
    boolean any = false;
    for (LoaderSet set : sets) {
      List<LoaderFile> missing = new ArrayList<>();
      for (LoaderFile loader : set.files()) {
        find(loader).ifPresentOrElse(this::add, () -> missing.add(loader));
      }
      boolean whole = missing.isEmpty();
      any |= whole;
      if (!whole && missing.size() < set.files().size()) {
        problems.add(
            Problem.warning(
                "%s machines will not start: some image has part of their loader, but none has %s"
                    .formatted(set.firmware(), join(missing)),
                "add the package to that image"));
      }
    }
    if (!any) {
      problems.add(
          Problem.warning(
              "no image has a loader for boot: %s (%s)".formatted(method.keyword(), join(sets)),
              "add the packages for your machines' firmware to an image, or put the files into the"
                  + " master's TFTP root"));
    }
  }

  private Optional<BootFile> find(LoaderFile loader) {
    for (Map.Entry<String, FileTree> image : images.entrySet()) {
      Optional<Entry> entry = loader.find(image.getValue());
      if (entry.isPresent()) {
        return Optional.of(new BootFile(TreePath.of(loader.name()), image.getKey(), entry.get()));
      }
    }
    return Optional.empty();
  }

  private void add(BootFile file) {
    files.put(file.name(), file);
  }

  private static String join(List<?> things) {
    return String.join("; ", things.stream().map(Object::toString).toList());
  }
}
