package dev.diskless.compose;

import dev.diskless.boot.KernelFiles;
import dev.diskless.descriptor.Descriptor;
import dev.diskless.model.Group;
import dev.diskless.model.InitramfsSource;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.FileTree;
import java.util.List;
import java.util.Optional;

/** Rejects groups whose key {@code kernel} matches no kernel of their image. */
public final class KernelRequirements {

  private KernelRequirements() {}

  /**
   * Checks one group.
   *
   * @param image tree of the group's image
   * @param tree of the group, with all its layers
   */
  public static void check(
      Descriptor descriptor, Group group, FileTree image, FileTree tree, Problems problems) {
    Optional<String> wanted = group.kernel();
    // Only a kernel without an initramfs can come from the group's own files.
    boolean isOfImage = group.initramfs() == InitramfsSource.IMAGE;
    FileTree searched = isOfImage ? image : tree;
    if (wanted.isEmpty() || KernelFiles.hasKernel(searched, wanted.get())) {
      return;
    }
    List<String> versions = KernelFiles.versions(searched);
    String message =
        "group %s: no kernel of the image %s%s matches kernel: %s; %s"
            .formatted(
                group.name(),
                group.image(),
                isOfImage ? "" : " or of the group's files",
                wanted.get(),
                versions.isEmpty()
                    ? "no kernel exists there"
                    : "the kernels there are " + String.join(", ", versions));
    String remedy =
        "write one of these versions or a pattern such as \"*rt*\", or add the package of the"
            + " kernel to the image";
    problems.add(
        new Problem(Problem.Severity.ERROR, descriptor.placeOf(group, "kernel"), message, remedy));
  }
}
