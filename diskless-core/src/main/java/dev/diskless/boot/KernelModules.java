package dev.diskless.boot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreePath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.Optional;

/** Checks that the modules in a tree belong to its kernel, as the howto recommends. */
final class KernelModules {

  /** Module to check first, because images that mount their root over NFS usually contain it. */
  private static final String NFS = "/nfs.ko";

  private KernelModules() {}

  /** Returns the folder of the modules of a release (depmod(8)). */
  static TreePath directory(String release) {
    return TreePath.of("lib/modules").resolve(TreePath.ofRaw(release));
  }

  /**
   * Checks that the modules of a kernel exist, that depmod has indexed them, and that they were
   * built for this kernel.
   *
   * @param name name of the tree for messages, such as {@code image debian}
   * @param release release of the kernel
   */
  static void check(String name, FileTree tree, String release, Problems problems) {
    TreePath directory = directory(release);
    if (tree.resolve(directory).filter(Entry::isDirectory).isEmpty()) {
      problems.add(
          Problem.error(
              "%s: its kernel is %s, but it has no modules for it (folder %s)"
                  .formatted(name, release, directory),
              others(tree)
                  .map(
                      o ->
                          "it has modules for "
                              + o
                              + ": install kernel and modules of one"
                              + " version")
                  .orElse("install the modules of this kernel")));
      return;
    }
    TreePath index = directory.resolve("modules.dep");
    Optional<Entry> list = tree.resolve(index).filter(Entry::isFile);
    if (list.isEmpty()) {
      problems.add(
          Problem.error(
              "%s: %s is missing, so that no module can be loaded".formatted(name, index),
              "run depmod %s in the image".formatted(release)));
      return;
    }
    TreePath module = directory;
    try {
      Optional<String> one = one(list.get());
      if (one.isEmpty()) {
        return; // a kernel may have none
      }
      module = directory.resolve(TreePath.ofRaw(one.get()));
      Optional<Entry> file = tree.resolve(module).filter(Entry::isFile);
      if (file.isEmpty()) {
        problems.add(
            Problem.error(
                "%s: %s lists %s, which does not exist".formatted(name, index, module),
                "install the modules again, or run depmod %s in the image".formatted(release)));
        return;
      }
      String builtFor = ModuleFile.read(file.get().content()).kernelRelease();
      if (!builtFor.equals(release)) {
        problems.add(
            Problem.error(
                "%s: its kernel is %s, and its module %s was built for %s"
                    .formatted(name, release, module, builtFor),
                "install kernel and modules of one build"));
      }
    } catch (IOException e) {
      problems.add(
          Problem.error(
              "%s: its module %s cannot be read: %s".formatted(name, module, KernelImage.reason(e)),
              "install the modules again"));
    } catch (IllegalArgumentException e) {
      problems.add(
          Problem.error(
              "%s: %s contains an invalid path".formatted(name, index),
              "run depmod %s in the image".formatted(release)));
    }
  }

  /** Returns the module of the NFS client, or else the first module, relative to the folder. */
  private static Optional<String> one(Entry list) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(list.content().open(), ISO_8859_1))) {
      String first = null;
      String line;
      while ((line = lines.readLine()) != null) {
        int colon = line.indexOf(':');
        if (colon <= 0) {
          continue;
        }
        String path = line.substring(0, colon);
        if (path.contains(NFS)) {
          return Optional.of(path);
        }
        first = first == null ? path : first;
      }
      return Optional.ofNullable(first);
    }
  }

  private static Optional<String> others(FileTree tree) {
    return tree.resolve(TreePath.of("lib/modules"))
        .map(
            modules -> {
              StringBuilder names = new StringBuilder();
              var below = tree.below(modules.path());
              while (below.hasNext()) {
                Entry entry = below.next();
                if (entry.isDirectory() && entry.path().depth() == modules.path().depth() + 1) {
                  names.append(names.isEmpty() ? "" : ", ").append(entry.path().rawName());
                }
              }
              return names.toString();
            })
        .filter(n -> !n.isEmpty());
  }
}
