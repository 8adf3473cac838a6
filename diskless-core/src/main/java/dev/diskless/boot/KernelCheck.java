package dev.diskless.boot;

import dev.diskless.boot.KernelConfiguration.State;
import dev.diskless.model.RootMode;
import dev.diskless.problem.Problem;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Kernel and its configuration, which a report describes.
 *
 * @param name name of the kernel's file for users
 * @param image values in the kernel's file
 * @param configuration configuration; empty if none was found
 */
public record KernelCheck(
    String name, KernelImage image, Optional<FoundConfiguration> configuration) {

  public KernelCheck {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(configuration, "configuration");
  }

  /**
   * The kernel of an image. Whether it has the modules for it is checked besides.
   *
   * @param name of the image, for messages
   * @param wanted a version or a pattern that selects the kernel; empty for the default kernel
   * @param problems takes what is missing or cannot be read, as errors
   */
  public static Optional<KernelCheck> ofImage(
      String name, FileTree tree, Optional<String> wanted, Problems problems) {
    Optional<Entry> kernel = KernelFiles.kernel(tree, wanted);
    if (kernel.isEmpty()) {
      problems.add(
          wanted.map(w -> unmatched(name, tree, w)).orElseGet(() -> KernelFiles.missing(name)));
      return Optional.empty();
    }
    String file = "%s, %s".formatted(name, kernel.get().path());
    Optional<KernelImage> image = KernelImage.read(file, kernel.get().content(), problems);
    if (image.isEmpty()) {
      return Optional.empty();
    }
    Optional<FoundConfiguration> configuration =
        ImageKernels.configuration(name, tree, kernel.get(), image.get(), problems);
    if (configuration.isEmpty() || configuration.get().configuration().has("MODULES")) {
      KernelModules.check(name, tree, image.get().release(), problems);
    }
    return Optional.of(new KernelCheck(file, image.get(), configuration));
  }

  private static Problem unmatched(String name, FileTree tree, String wanted) {
    return Problem.error(
        "%s has no kernel that matches kernel: %s; its kernels are %s"
            .formatted(name, wanted, String.join(", ", KernelFiles.versions(tree))),
        "correct the key kernel of the group, or add the package of the kernel to the image");
  }

  /**
   * Describes the kernel and its features, with a line for each.
   *
   * @param drivers required drivers of network cards; if empty, any driver is sufficient
   */
  public List<String> report(List<NetworkDriver> drivers) {
    List<String> lines = new ArrayList<>();
    lines.add("%s: Linux %s".formatted(name, image.banner()));
    List<String> facts = new ArrayList<>();
    facts.add(image.format().toString());
    image.header().ifPresent(h -> facts.add("boot protocol " + h.protocolText()));
    facts.add(
        image.payload().compression() == KernelCompression.NONE
            ? "not packed"
            : "packed with " + image.payload().compression());
    facts.add("command line up to %,d bytes".formatted(image.commandLineSize()));
    facts.add(image.hasEfiStub() ? "EFI stub" : "no EFI stub");
    facts.add(image.isSigned() ? "signed for Secure Boot" : "not signed");
    lines.add("  " + String.join(", ", facts));
    image
        .header()
        .ifPresent(
            h ->
                lines.add(
                    "  root device 0x%04X%s, root flags %d (%s)"
                        .formatted(
                            h.rootDevice(),
                            h.rootDevice() == KernelPatch.NFS ? " (NFS)" : "",
                            h.rootFlags(),
                            h.rootFlags() == 0 ? "for writing" : "read-only")));
    configuration.ifPresent(c -> abilities(c, drivers, lines));
    return lines;
  }

  private static void abilities(
      FoundConfiguration found, List<NetworkDriver> drivers, List<String> lines) {
    KernelConfiguration configuration = found.configuration();
    lines.add("  configuration: " + found.source());
    String builtIn =
        KernelNeeds.builtIn(configuration).stream()
            .map(NetworkDriver::module)
            .collect(Collectors.joining(", "));
    lines.add("  network cards built in: " + (builtIn.isEmpty() ? "none" : builtIn));
    List<KernelNeed> needs = KernelNeeds.withoutInitramfs(configuration, drivers);
    lines.add("  without an initramfs: " + (needs.isEmpty() ? "root: full" : "no"));
    addNeeds("not set", State.NOT_SET, needs, lines);
    addNeeds("only a module", State.MODULE, needs, lines);
    List<String> able = new ArrayList<>();
    Map<String, List<String>> unable = new LinkedHashMap<>();
    for (RootMode mode : RootMode.values()) {
      List<KernelNeed> lacks = KernelNeeds.withInitramfs(configuration, mode);
      if (lacks.isEmpty()) {
        able.add(mode.keyword());
      } else {
        unable
            .computeIfAbsent(ImageKernels.join(lacks), l -> new ArrayList<>())
            .add(mode.keyword());
      }
    }
    lines.add(
        "  with an initramfs: " + (able.isEmpty() ? "no" : "root: " + String.join(", ", able)));
    unable.forEach(
        (lacks, modes) ->
            lines.add("    for root: %s it lacks %s".formatted(String.join(", ", modes), lacks)));
  }

  private static void addNeeds(
      String words, State state, List<KernelNeed> needs, List<String> lines) {
    String options =
        needs.stream()
            .filter(n -> n.found() == state)
            .map(KernelNeed::option)
            .collect(Collectors.joining(", "));
    if (!options.isEmpty()) {
      lines.add("    %s: %s".formatted(words, options));
    }
  }
}
