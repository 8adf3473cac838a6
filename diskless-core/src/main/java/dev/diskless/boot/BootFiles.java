package dev.diskless.boot;

import dev.diskless.model.BootMethod;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.ReleaseLayout;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Collects the files of the TFTP root that come from the images. */
public final class BootFiles {

  /** Root folder of this machine, which provides the loaders that no image contains. */
  public static final Path THIS_MACHINE = Path.of("/");

  private final ReleaseLayout release;
  private final Map<String, FileTree> images;
  private final Path machine;
  private final Problems problems;
  private final Map<TreePath, BootFile> files = new LinkedHashMap<>();

  private BootFiles(
      ReleaseLayout release, Map<String, FileTree> images, Path machine, Problems problems) {
    this.release = release;
    this.images = images;
    this.machine = machine;
    this.problems = problems;
  }

  /**
   * Returns the kernel and initramfs of each image, and the loaders. A set of loader files comes
   * from the first image that contains the whole set. If no image has a set for a boot method, the
   * machine that builds provides it.
   *
   * @param images the trees by the images' names, in the descriptor's order
   * @param machine the root of the machine that builds, {@link #THIS_MACHINE} but in tests
   * @param problems takes missing kernels, and boot methods without any loader, as errors
   */
  public static List<BootFile> of(
      Cluster cluster, Map<String, FileTree> images, Path machine, Problems problems)
      throws IOException {
    BootFiles boot = new BootFiles(cluster.release(), images, machine, problems);
    for (String image : images.keySet()) {
      boot.addKernels(image, cluster);
    }
    Set<BootMethod> methods = EnumSet.noneOf(BootMethod.class);
    cluster.nodes().forEach(n -> methods.add(n.group().boot()));
    for (BootMethod method : methods) {
      boot.addLoaders(method);
    }
    return List.copyOf(boot.files.values());
  }

  /**
   * Returns the loaders of a cluster that exist on a machine, each with its size and time. Only
   * these lines can change the result of {@link #of} while the images stay the same.
   *
   * @param machine root folder of the machine
   * @return a line per file
   */
  public static List<String> loadersOf(Path machine, Cluster cluster) throws IOException {
    Set<BootMethod> methods = EnumSet.noneOf(BootMethod.class);
    cluster.nodes().forEach(n -> methods.add(n.group().boot()));
    List<String> lines = new ArrayList<>();
    for (BootMethod method : methods) {
      for (LoaderSet set : LoaderSet.of(method)) {
        for (LoaderFile file : set.files()) {
          file.find(machine)
              .map(e -> "%s %d %s".formatted(e.path(), e.content().size(), e.metadata().mtime()))
              .ifPresent(lines::add);
        }
      }
    }
    return lines;
  }

  /** A group that starts without an initramfs has its own kernel: {@link GroupKernels}. */
  private void addKernels(String image, Cluster cluster) throws IOException {
    List<Group> groups =
        cluster.usedGroups().stream().filter(g -> g.image().equals(image)).toList();
    if (groups.isEmpty()) {
      addKernel(image, Optional.empty(), List.of(release.imageKernels(image)));
    }
    for (KernelChoice choice : KernelChoice.of(groups)) {
      addKernel(
          image,
          choice.version(),
          choice.version().isEmpty()
              ? List.of(release.imageKernels(image))
              : choice.groups().stream().map(release::groupKernels).toList());
    }
  }

  private void addKernel(String image, Optional<String> version, List<String> folders)
      throws IOException {
    Optional<KernelFiles> found = KernelFiles.find(image, images.get(image), version, problems);
    if (found.isEmpty()) {
      return;
    }
    Entry kernel = found.get().kernel();
    Optional<Content> unpacked = KernelImage.unpacked(kernel.content());
    Entry served = unpacked.map(kernel::withContent).orElse(kernel);
    for (String name : folders) {
      TreePath folder = TreePath.of(name);
      Optional<String> owner = Optional.of(image);
      add(new BootFile(folder.resolve("vmlinuz"), owner, served, unpacked.isPresent()));
      add(BootFile.of(folder.resolve("initrd.img"), owner, found.get().initrd()));
    }
  }

  private void addLoaders(BootMethod method) throws IOException {
    List<LoaderSet> sets = LoaderSet.of(method);
    boolean any = false;
    List<String> halves = new ArrayList<>();
    for (LoaderSet set : sets) {
      Optional<List<BootFile>> found = inAnImage(set);
      any |= found.isPresent();
      found.ifPresentOrElse(this::addAll, () -> half(set).ifPresent(halves::add));
    }
    if (!any) {
      // Only in this case: if the images contain a loader, the files of this machine must not
      // change
      // the bundle.
      for (LoaderSet set : sets) {
        Optional<List<BootFile>> found = onTheMachine(set);
        any |= found.isPresent();
        found.ifPresent(this::addAll);
      }
    }
    if (!any) {
      problems.add(
          Problem.error(
              "no boot loader for boot: %s exists in an image or on this machine: %s"
                  .formatted(
                      method.keyword(), halves.isEmpty() ? join(sets) : String.join("; ", halves)),
              "add the packages for your nodes' firmware to an image, or install them on this"
                  + " machine"));
    } else {
      halves.forEach(
          half ->
              problems.add(
                  Problem.warning(
                      half, "add the package to an image, or install it on this machine")));
    }
  }

  /** Finds a whole set in one image, because files that are signed together must not be mixed. */
  private Optional<List<BootFile>> inAnImage(LoaderSet set) {
    for (Map.Entry<String, FileTree> image : images.entrySet()) {
      List<BootFile> found = new ArrayList<>();
      for (LoaderFile file : set.files()) {
        file.find(image.getValue())
            .map(e -> BootFile.of(TreePath.of(file.name()), Optional.of(image.getKey()), e))
            .ifPresent(found::add);
      }
      if (found.size() == set.files().size()) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private Optional<List<BootFile>> onTheMachine(LoaderSet set) throws IOException {
    List<BootFile> found = new ArrayList<>();
    for (LoaderFile file : set.files()) {
      file.find(machine)
          .map(e -> BootFile.of(TreePath.of(file.name()), Optional.empty(), e))
          .ifPresent(found::add);
    }
    return found.size() == set.files().size() ? Optional.of(found) : Optional.empty();
  }

  /** Describes the missing files if an image contains only a part of a set, which is a mistake. */
  private Optional<String> half(LoaderSet set) {
    for (Map.Entry<String, FileTree> image : images.entrySet()) {
      List<LoaderFile> missing =
          set.files().stream().filter(f -> f.find(image.getValue()).isEmpty()).toList();
      if (missing.size() < set.files().size()) {
        return Optional.of(
            "%s machines will not start: image %s has a part of their boot loader, but not %s"
                .formatted(set.firmware(), image.getKey(), join(missing)));
      }
    }
    return Optional.empty();
  }

  private void addAll(List<BootFile> found) {
    found.forEach(this::add);
  }

  private void add(BootFile file) {
    files.put(file.name(), file);
  }

  private static String join(List<?> things) {
    return String.join("; ", things.stream().map(Object::toString).toList());
  }
}
