package dev.diskless.boot;

import dev.diskless.model.BootEntry;
import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.model.RootMode;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Content;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Rejects images whose kernel lacks features that their groups need, as far as files show it. */
public final class ImageKernels {

  /** Argument that PXELINUX appends (IPAPPEND 2). Templates of other loaders write it too. */
  static final String APPENDED = " BOOTIF=01-00-00-00-00-00-00";

  private ImageKernels() {}

  /**
   * Checks the kernels that start with an initramfs of their image.
   *
   * @param images the trees by the images' names
   * @param problems receives errors, and warnings about kernels that cannot be checked
   */
  public static void check(Cluster cluster, Map<String, FileTree> images, Problems problems)
      throws IOException {
    for (KernelChoice choice : KernelChoice.of(cluster.usedGroups())) {
      // BootFiles reports a missing kernel.
      Optional<Entry> kernel = choice.kernel(images);
      if (kernel.isPresent()) {
        check(
            choice.owner(),
            images.get(choice.image()),
            kernel.get(),
            cluster,
            choice.nodes(cluster),
            problems);
      }
    }
  }

  private static void check(
      String name,
      FileTree tree,
      Entry kernel,
      Cluster cluster,
      List<Node> nodes,
      Problems problems)
      throws IOException {
    Optional<KernelImage> read = read(name, kernel, problems);
    if (read.isEmpty()) {
      return;
    }
    Optional<FoundConfiguration> configuration = Optional.empty();
    Optional<Entry> beside = KernelFiles.configuration(tree, kernel);
    if (beside.isPresent()) {
      configuration = configuration(name, tree, kernel, read.get(), problems);
    }
    if (configuration.isEmpty() || configuration.get().configuration().has("MODULES")) {
      KernelModules.check(name, tree, read.get().release(), problems);
    }
    checkCommandLines(name, read.get(), cluster, nodes, problems);
    configuration.ifPresent(c -> checkModes(name, c, nodes, problems));
  }

  private static void checkModes(
      String name, FoundConfiguration found, List<Node> nodes, Problems problems) {
    Set<RootMode> modes = EnumSet.noneOf(RootMode.class);
    nodes.forEach(n -> modes.add(n.group().root()));
    for (RootMode mode : modes) {
      List<KernelNeed> needs = KernelNeeds.withInitramfs(found.configuration(), mode);
      if (!needs.isEmpty()) {
        problems.add(
            Problem.error(
                "%s: its kernel does not support root: %s, because its configuration (%s) lacks %s"
                    .formatted(name, mode.keyword(), found.source(), join(needs)),
                "use another kernel, or build one with the fragment that mvn diskless:kernel"
                    + " writes"));
      }
    }
  }

  /** Rejects command lines that are too long, because a kernel truncates them without a message. */
  static void checkCommandLines(
      String name, KernelImage kernel, Cluster cluster, List<Node> nodes, Problems problems) {
    for (Node node : nodes) {
      int length = (BootEntry.of(cluster, node).commandLine() + APPENDED).length();
      if (length > kernel.commandLineSize()) {
        problems.add(
            Problem.error(
                "%s: its kernel accepts a command line of %,d bytes, but that of %s has %,d bytes"
                    .formatted(name, kernel.commandLineSize(), node.name(), length),
                "shorten kernelArgs, or the master's directory"));
        return;
      }
    }
  }

  /** Reads a kernel; empty if the file is not a kernel, or with a warning for another format. */
  static Optional<KernelImage> read(String name, Entry kernel, Problems problems)
      throws IOException {
    String file = "%s, %s".formatted(name, kernel.path());
    try {
      if (KernelImage.format(kernel.content()).isEmpty()) {
        problems.add(
            Problem.warning(
                file
                    + " is neither a bzImage nor an arm64 Image, so diskless does not check"
                    + " whether it can boot and has its modules",
                "check it with file(1) if it should be a kernel"));
        return Optional.empty();
      }
    } catch (IOException e) {
      // The reader of the kernel reports the damage.
    }
    return KernelImage.read(file, kernel.content(), problems);
  }

  static Optional<FoundConfiguration> configuration(
      String name, FileTree tree, Entry kernel, KernelImage image, Problems problems) {
    Optional<Entry> beside = KernelFiles.configuration(tree, kernel);
    Optional<Content> content = beside.map(Entry::content);
    String besideName = beside.map(e -> e.path().toString()).orElse("");
    return FoundConfiguration.of(
        "%s, %s".formatted(name, kernel.path()),
        image,
        kernel.content(),
        content,
        besideName,
        problems);
  }

  static String join(List<KernelNeed> needs) {
    return needs.stream().map(KernelNeed::toString).collect(Collectors.joining(", "));
  }
}
