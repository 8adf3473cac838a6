package dev.diskless.boot;

import dev.diskless.tree.Entry;
import dev.diskless.tree.FileContent;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  /**
   * The file on a machine whose Debian packages are installed, for images without it.
   *
   * @param root the machine's root
   */
  Optional<Entry> find(Path root) throws IOException {
    for (String source : sources) {
      Path file = root.resolve(source);
      if (Files.isRegularFile(file) && Files.isReadable(file)) {
        return Optional.of(
            Entry.file(
                TreePath.of(source),
                Metadata.root(0644, Files.getLastModifiedTime(file).toInstant()),
                new FileContent(file, Files.size(file)),
                "this machine"));
      }
    }
    return Optional.empty();
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
