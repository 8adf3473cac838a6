package dev.diskless.boot;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

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

  /** What distributions call the initramfs of a kernel: Debian, then dracut's two forms. */
  private static final List<String> INITRD_NAMES =
      List.of("initrd.img-%s", "initramfs-%s.img", "initrd-%s");

  /**
   * Finds the kernel: the one that {@code /vmlinuz} or {@code /boot/vmlinuz} links to, as
   * distributions keep it, else the newest {@code /boot/vmlinuz-*}.
   *
   * @param image the image's name, for messages
   * @param problems takes what is missing
   */
  public static Optional<KernelFiles> find(String image, FileTree tree, Problems problems) {
    Optional<Entry> kernel = kernel(tree);
    if (kernel.isEmpty()) {
      problems.add(
          Problem.error(
              "image " + image + " has no kernel: no file /boot/vmlinuz-*",
              "add one to the image, on Debian the package linux-image-amd64"));
      return Optional.empty();
    }
    String version = version(kernel.get());
    TreePath directory = kernel.get().path().parent();
    for (String name : INITRD_NAMES) {
      Optional<Entry> initrd =
          tree.resolve(directory.resolve(TreePath.ofRaw(name.formatted(version))))
              .filter(Entry::isFile);
      if (initrd.isPresent()) {
        return Optional.of(new KernelFiles(version, kernel.get(), initrd.get()));
      }
    }
    problems.add(
        Problem.error(
            "image %s has no initramfs for its kernel: no file %s/initrd.img-%s"
                .formatted(image, directory, version),
            "create one in the image, on Debian with the package initramfs-tools, or write"
                + " initramfs: none if mvn diskless:kernel reports that the kernel can start"
                + " without it"));
    return Optional.empty();
  }

  /** The kernel alone, whether or not there is an initramfs for it. */
  static Optional<Entry> kernel(FileTree tree) {
    return linked(tree).or(() -> newest(tree.below(BOOT)));
  }

  /** The configuration that distributions put beside a kernel. */
  static Optional<Entry> configuration(FileTree tree, Entry kernel) {
    return tree.resolve(kernel.path().parent().resolve(TreePath.ofRaw("config-" + version(kernel))))
        .filter(Entry::isFile);
  }

  /** As in the name of its file. */
  private static String version(Entry kernel) {
    return kernel.path().rawName().substring(PREFIX.length());
  }

  private static Optional<Entry> linked(FileTree tree) {
    return List.of("vmlinuz", "boot/vmlinuz").stream()
        .flatMap(p -> tree.resolve(TreePath.of(p)).stream())
        .filter(e -> e.isFile() && e.path().rawName().startsWith(PREFIX))
        .findFirst();
  }

  /** The newest among files, of those that are kernels by their names. */
  static Optional<Entry> newest(Iterator<Entry> files) {
    TreeMap<String, Entry> byVersion = new TreeMap<>(new VersionOrder());
    while (files.hasNext()) {
      Entry entry = files.next();
      if (entry.isFile()
          && entry.path().startsWith(BOOT)
          && entry.path().depth() == 2
          && entry.path().rawName().startsWith(PREFIX)) {
        byVersion.put(entry.path().rawName().substring(PREFIX.length()), entry);
      }
    }
    return byVersion.isEmpty() ? Optional.empty() : Optional.of(byVersion.lastEntry().getValue());
  }

  /** Runs of digits by their number, all else by its characters: 6.9 before 6.10. */
  private static final class VersionOrder implements Comparator<String> {
    @Override
    public int compare(String one, String other) {
      String[] ours = one.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)");
      String[] theirs = other.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)");
      for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
        int order =
            isNumber(ours[i]) && isNumber(theirs[i])
                ? compareNumbers(ours[i], theirs[i])
                : ours[i].compareTo(theirs[i]);
        if (order != 0) {
          return order;
        }
      }
      int byLength = Integer.compare(ours.length, theirs.length);
      return byLength != 0 ? byLength : one.compareTo(other);
    }

    private static boolean isNumber(String part) {
      return !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static int compareNumbers(String one, String other) {
      return new java.math.BigInteger(one).compareTo(new java.math.BigInteger(other));
    }
  }
}
