package dev.diskless.boot;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The kernel that an image boots, and its initramfs.
 *
 * @param version as in the file's name, such as {@code 6.1.0-37-amd64}
 * @param kernel a regular file in the image
 * @param initrd a regular file in the image
 */
public record KernelFiles(String version, Entry kernel, Entry initrd) {

  private static final String PREFIX = "vmlinuz-";
  private static final TreePath BOOT = TreePath.of("boot");

  /** Below it, systemd's kernel-install(8) and SUSE keep each kernel with its modules. */
  private static final List<TreePath> MODULES =
      List.of(TreePath.of("lib/modules"), TreePath.of("usr/lib/modules"));

  /** Names of the initramfs beside a kernel in /boot: Debian, dracut, then SUSE. */
  private static final List<String> INITRD_NAMES =
      List.of("initrd.img-%s", "initramfs-%s.img", "initrd-%s");

  /** The initramfs in the directory of the modules, as ostree and mkosi name it. */
  private static final List<String> NAMES_BESIDE_MODULES = List.of("initramfs.img", "initrd");

  /**
   * Finds the kernel: the kernel that {@code /vmlinuz} or {@code /boot/vmlinuz} links to, as
   * distributions keep it, and otherwise the newest {@code /boot/vmlinuz-*} or {@code
   * /usr/lib/modules/VERSION/vmlinuz}. Debug, realtime, rescue and other variants are found only if
   * the image has no plain kernel.
   *
   * @param image the image's name, for messages
   * @param problems takes what is missing
   */
  public static Optional<KernelFiles> find(String image, FileTree tree, Problems problems) {
    return find(image, tree, Optional.empty(), problems);
  }

  /**
   * Finds the kernel of a group.
   *
   * @param image the image's name, for messages
   * @param wanted a version or a pattern, which selects the most preferred kernel that matches it;
   *     empty for the default kernel. If no kernel matches, no problem is added
   * @param problems takes what is missing
   */
  public static Optional<KernelFiles> find(
      String image, FileTree tree, Optional<String> wanted, Problems problems) {
    Optional<Entry> kernel = kernel(tree, wanted);
    if (kernel.isEmpty()) {
      if (wanted.isEmpty()) {
        problems.add(missing("image " + image));
      }
      return Optional.empty();
    }
    String version = version(kernel.get());
    Optional<Entry> initrd =
        initrds(version, kernel.get())
            .flatMap(p -> tree.resolve(p).stream())
            .filter(Entry::isFile)
            .findFirst();
    if (initrd.isPresent()) {
      return Optional.of(new KernelFiles(version, kernel.get(), initrd.get()));
    }
    problems.add(
        Problem.error(
            "image %s has no initramfs for its kernel: no file /boot/initrd.img-%s"
                .formatted(image, version),
            "create one in the image, on Debian with the package initramfs-tools. Write"
                + " initramfs: none instead if mvn diskless:kernel reports that the kernel can"
                + " start without it"));
    return Optional.empty();
  }

  private static Stream<TreePath> initrds(String version, Entry kernel) {
    Stream<TreePath> byVersion =
        Stream.of(kernel.path().parent(), BOOT)
            .flatMap(d -> INITRD_NAMES.stream().map(n -> in(d, n.formatted(version))));
    Stream<TreePath> besideModules =
        MODULES.stream()
            .flatMap(d -> NAMES_BESIDE_MODULES.stream().map(n -> in(d, version + "/" + n)));
    return Stream.concat(byVersion, besideModules);
  }

  private static TreePath in(TreePath directory, String name) {
    return directory.resolve(TreePath.ofRaw(name));
  }

  /** Reports that a tree has no kernel. */
  static Problem missing(String owner) {
    return Problem.error(
        owner
            + " has no kernel: no file /boot/vmlinuz-* and no file"
            + " /usr/lib/modules/VERSION/vmlinuz",
        "add one to the image, on Debian the package linux-image-amd64");
  }

  /** The kernel alone, whether or not there is an initramfs for it. */
  static Optional<Entry> kernel(FileTree tree) {
    NavigableMap<String, Entry> all = all(tree);
    Optional<Entry> newest = last(all);
    boolean hasPlain = newest.isPresent() && !KernelVersionOrder.isVariant(all.lastKey());
    return linked(tree)
        .filter(e -> !hasPlain || !KernelVersionOrder.isVariant(version(e)))
        .or(() -> newest);
  }

  /**
   * Finds the kernel of a group, whether or not an initramfs exists for it.
   *
   * @param wanted a version or a pattern; empty for the default kernel
   */
  static Optional<Entry> kernel(FileTree tree, Optional<String> wanted) {
    return wanted.isEmpty() ? kernel(tree) : matching(tree, wanted.get());
  }

  private static Optional<Entry> matching(FileTree tree, String wanted) {
    KernelPattern pattern = new KernelPattern(wanted);
    NavigableMap<String, Entry> kernels = all(tree);
    kernels.keySet().removeIf(version -> !pattern.matches(version));
    return last(kernels);
  }

  /** Returns whether a kernel of a tree has this version or matches this pattern. */
  public static boolean hasKernel(FileTree tree, String wanted) {
    return matching(tree, wanted).isPresent();
  }

  /** Returns the versions of all kernels of a tree, the most preferred version first. */
  public static List<String> versions(FileTree tree) {
    return List.copyOf(all(tree).descendingKeySet());
  }

  /** Returns all kernels of a tree by their versions, the most preferred kernel last. */
  static NavigableMap<String, Entry> all(FileTree tree) {
    NavigableMap<String, Entry> kernels = new TreeMap<>(KernelVersionOrder.INSTANCE);
    for (TreePath modules : MODULES) {
      // /lib is a link to /usr/lib in most images.
      tree.resolve(modules)
          .ifPresent(e -> tree.below(e.path()).forEachRemaining(f -> add(tree, f, kernels)));
    }
    tree.below(BOOT).forEachRemaining(e -> add(tree, e, kernels));
    return kernels;
  }

  /** Adds a file, or the file that a link leads to, if it is a kernel by its name. */
  private static void add(FileTree tree, Entry entry, NavigableMap<String, Entry> kernels) {
    if (isKernel(entry.path())) {
      tree.resolve(entry.path())
          .filter(e -> e.isFile() && versionOf(e).isPresent())
          .ifPresent(e -> kernels.put(version(e), e));
    }
  }

  /** The configuration that distributions put beside a kernel. */
  static Optional<Entry> configuration(FileTree tree, Entry kernel) {
    String version = version(kernel);
    Stream<TreePath> byVersion =
        Stream.of(kernel.path().parent(), BOOT).map(d -> in(d, "config-" + version));
    return Stream.concat(byVersion, MODULES.stream().map(d -> in(d, version + "/config")))
        .flatMap(p -> tree.resolve(p).stream())
        .filter(Entry::isFile)
        .findFirst();
  }

  /** Returns the version in the name of the kernel's file, or of the folder of its modules. */
  static String version(Entry kernel) {
    return versionOf(kernel).orElseThrow(() -> new IllegalArgumentException("" + kernel.path()));
  }

  private static Optional<String> versionOf(Entry kernel) {
    String name = kernel.path().rawName();
    if (name.startsWith(PREFIX)) {
      return Optional.of(name.substring(PREFIX.length()));
    }
    return isBesideModules(kernel.path())
        ? Optional.of(kernel.path().parent().rawName())
        : Optional.empty();
  }

  private static Optional<Entry> linked(FileTree tree) {
    return Stream.of("vmlinuz", "boot/vmlinuz")
        .flatMap(p -> tree.resolve(TreePath.of(p)).stream())
        .filter(e -> e.isFile() && versionOf(e).isPresent())
        .findFirst();
  }

  /** Returns the most preferred kernel among files. */
  static Optional<Entry> newest(Iterator<Entry> files) {
    NavigableMap<String, Entry> kernels = new TreeMap<>(KernelVersionOrder.INSTANCE);
    while (files.hasNext()) {
      Entry entry = files.next();
      if (entry.isFile() && isKernel(entry.path())) {
        kernels.put(version(entry), entry);
      }
    }
    return last(kernels);
  }

  private static boolean isKernel(TreePath path) {
    return path.depth() == 2 && path.startsWith(BOOT) && path.rawName().startsWith(PREFIX)
        || isBesideModules(path);
  }

  private static boolean isBesideModules(TreePath path) {
    return path.depth() >= 4
        && path.rawName().equals("vmlinuz")
        && MODULES.contains(path.parent().parent());
  }

  private static Optional<Entry> last(NavigableMap<String, Entry> kernels) {
    return Optional.ofNullable(kernels.lastEntry()).map(Map.Entry::getValue);
  }
}
