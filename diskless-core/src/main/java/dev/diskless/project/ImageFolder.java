package dev.diskless.project;

import dev.diskless.image.ImageStore;
import dev.diskless.image.InstalledPackage;
import dev.diskless.image.PreparedImage;
import dev.diskless.model.Image;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreeIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Images of a project as goals pass them on: an index for each image. An index is written again
 * only if the sources of its image have changed.
 */
public final class ImageFolder {

  private final WorkFolder work;
  private final BuildMemory memory;
  private final ImageStore store;

  public ImageFolder(ClusterProject project) {
    this.work = project.workFolder();
    this.memory = project.memory();
    this.store = project.imageStore();
  }

  /** The tree of an image, from the index where that still holds. */
  public FileTree prepare(Image image, Problems problems) throws IOException {
    String last = lastFingerprint(image);
    if (!last.isEmpty() && last.equals(store.fingerprint(image))) {
      try {
        return tree(work, memory, image);
      } catch (IOException corruptOrOld) {
        // It is made again.
      }
    }
    PreparedImage prepared = store.prepare(image, problems);
    problems.throwIfErrors();
    Files.createDirectories(work.imageIndex(image.name()).getParent());
    Files.deleteIfExists(work.imageFingerprint(image.name()));
    TreeIndex.writeTree(work.imageIndex(image.name()), prepared.tree());
    List<String> lines = new ArrayList<>();
    for (InstalledPackage installed : prepared.packages()) {
      lines.add(String.join("\t", installed.name(), installed.version(), installed.architecture()));
    }
    Files.write(work.imagePackages(image.name()), lines);
    Files.writeString(work.imageFingerprint(image.name()), prepared.fingerprint());
    memory.remember(work.imageIndex(image.name()), prepared.fingerprint(), prepared.tree());
    return prepared.tree();
  }

  /** The tree of an image that was prepared before, by this build or an earlier one. */
  public static FileTree tree(WorkFolder work, BuildMemory memory, Image image) throws IOException {
    Path index = work.imageIndex(image.name());
    String fingerprint = Files.readString(work.imageFingerprint(image.name()));
    Optional<FileTree> known = memory.recall(FileTree.class, index, fingerprint);
    if (known.isPresent()) {
      return known.get();
    }
    FileTree tree = TreeIndex.readTree(index);
    memory.remember(index, fingerprint, tree);
    return tree;
  }

  private String lastFingerprint(Image image) throws IOException {
    return Files.exists(work.imageFingerprint(image.name()))
            && Files.exists(work.imageIndex(image.name()))
        ? Files.readString(work.imageFingerprint(image.name()))
        : "";
  }
}
