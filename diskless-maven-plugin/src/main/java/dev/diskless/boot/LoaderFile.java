package dev.diskless.boot;

import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.util.List;
import java.util.Optional;

/**
 * A file of a boot loader that machines fetch over TFTP, and where distributions install it.
 *
 * @param name under the TFTP root
 * @param sources where images have it, the first that is there counts
 * @param debianPackage the package that has it on Debian
 */
record LoaderFile(String name, List<String> sources, String debianPackage) {

  LoaderFile {
    sources = List.copyOf(sources);
  }

  /** The file in an image, links followed. */
  Optional<Entry> find(FileTree tree) {
    return sources.stream()
        .flatMap(s -> tree.resolve(TreePath.of(s)).stream())
        .filter(Entry::isFile)
        .findFirst();
  }

  @Override
  public String toString() {
    return name + " (Debian package " + debianPackage + ")";
  }
}
