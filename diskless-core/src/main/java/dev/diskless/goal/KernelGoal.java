package dev.diskless.goal;

import dev.diskless.boot.FoundConfiguration;
import dev.diskless.boot.KernelCheck;
import dev.diskless.boot.KernelImage;
import dev.diskless.boot.KernelNeeds;
import dev.diskless.boot.KernelPatch;
import dev.diskless.boot.NetworkDriver;
import dev.diskless.model.Cluster;
import dev.diskless.model.Image;
import dev.diskless.model.InitramfsSource;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.ImageFolder;
import dev.diskless.project.ProjectReader;
import dev.diskless.tree.Content;
import dev.diskless.tree.FileContent;
import dev.diskless.tree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The goal {@code kernel}: reports what a kernel is, and what it lacks to start diskless nodes. The
 * goal can also write the fields of rdev(8) into a copy.
 *
 * @param kernel file of the kernel; empty for the kernels of the images that nodes use
 * @param configuration of that kernel; empty for the configuration in the file or beside the file
 * @param drivers names of modules or options of network cards that must be built in
 * @param patch fields to write into the copy
 * @param output the copy; empty for a file in the work folder
 */
public record KernelGoal(
    Optional<Path> kernel,
    Optional<Path> configuration,
    List<String> drivers,
    KernelPatch patch,
    Optional<Path> output)
    implements Goal {

  /**
   * @throws ProblemException if the kernel does not exist or cannot be read
   */
  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    return new Run(project, this).run();
  }

  private static final class Run {

    private final ClusterProject project;
    private final KernelGoal request;
    private final Problems problems = new Problems();
    private final List<String> lines = new ArrayList<>();

    Run(ClusterProject project, KernelGoal request) {
      this.project = project;
      this.request = request;
    }

    GoalResult run() throws IOException {
      List<NetworkDriver> drivers = drivers();
      if (request.kernel().isEmpty()
          && (!request.patch().isEmpty() || request.configuration().isPresent())) {
        problems.error(
            "the file of the kernel is missing, because kernels of images are never changed",
            "give the file with -Ddiskless.kernel=");
      }
      problems.throwIfErrors();
      if (request.kernel().isPresent()) {
        inspectFile(request.kernel().get(), drivers);
      } else {
        inspectImages(drivers);
      }
      problems.throwIfErrors();
      return GoalResult.found(lines, problems.warnings());
    }

    private List<NetworkDriver> drivers() {
      List<NetworkDriver> drivers = new ArrayList<>();
      for (String name : request.drivers()) {
        NetworkDriver.of(name)
            .ifPresentOrElse(
                drivers::add,
                () ->
                    problems.error(
                        "the network driver %s is unknown".formatted(name),
                        "choose from "
                            + String.join(
                                ", ",
                                NetworkDriver.all().stream().map(NetworkDriver::module).toList())));
      }
      return drivers;
    }

    private void inspectImages(List<NetworkDriver> drivers) throws IOException {
      Cluster cluster = ProjectReader.descriptor(project).cluster();
      ImageFolder folder = new ImageFolder(project);
      Map<String, KernelCheck> kernels = new LinkedHashMap<>();
      for (Image image : cluster.usedImages()) {
        FileTree tree = folder.prepare(image, problems);
        for (Optional<String> wanted : wanted(cluster, image)) {
          KernelCheck.ofImage("image " + image.name(), tree, wanted, problems)
              .ifPresent(k -> kernels.putIfAbsent(k.name(), k));
        }
      }
      for (KernelCheck kernel : kernels.values()) {
        report(kernel, drivers);
      }
    }

    /** Returns the default kernel, and the kernels that groups select. */
    private static Set<Optional<String>> wanted(Cluster cluster, Image image) {
      Set<Optional<String>> wanted = new LinkedHashSet<>(Set.of(Optional.empty()));
      cluster.usedGroups().stream()
          .filter(g -> g.image().equals(image.name()))
          .filter(g -> g.initramfs() == InitramfsSource.IMAGE)
          .forEach(g -> wanted.add(g.kernel()));
      return wanted;
    }

    private void inspectFile(Path file, List<NetworkDriver> drivers) throws IOException {
      if (!Files.isRegularFile(file)) {
        throw new ProblemException(
            "file " + file + " does not exist",
            "give the file of a kernel, such as" + " /boot/vmlinuz-6.1.0-37-amd64");
      }
      Content content = new FileContent(file, Files.size(file));
      Optional<KernelImage> image = KernelImage.read(relative(file), content, problems);
      if (image.isEmpty()) {
        return;
      }
      Optional<Path> beside = beside(file, image.get());
      Optional<Content> besideContent = Optional.empty();
      if (beside.isPresent()) {
        if (!Files.isRegularFile(beside.get())) {
          throw new ProblemException(
              "file " + beside.get() + " does not exist", "correct -Ddiskless.kernel.config");
        }
        besideContent = Optional.of(new FileContent(beside.get(), Files.size(beside.get())));
      }
      Optional<FoundConfiguration> configuration =
          FoundConfiguration.of(
              relative(file),
              image.get(),
              content,
              besideContent,
              beside.map(this::relative).orElse(""),
              problems);
      report(new KernelCheck(relative(file), image.get(), configuration), drivers);
      if (!request.patch().isEmpty()) {
        patch(file, image.get());
      }
    }

    /** The one that is named, else the one that distributions put beside. */
    private Optional<Path> beside(Path file, KernelImage image) {
      if (request.configuration().isPresent()) {
        return request.configuration();
      }
      Path usual = file.resolveSibling("config-" + image.release());
      return Optional.of(usual).filter(Files::isRegularFile);
    }

    private void report(KernelCheck kernel, List<NetworkDriver> drivers) throws IOException {
      lines.addAll(kernel.report(drivers));
      Path fragment = project.workFolder().kernels().resolve(kernel.image().release() + ".config");
      Files.createDirectories(fragment.getParent());
      Files.deleteIfExists(fragment);
      if (kernel.configuration().isEmpty()) {
        if (!problems.hasErrors()) {
          problems.warning(
              kernel.name() + " contains no configuration, and no configuration is beside it",
              "give the configuration with -Ddiskless.kernel.config=");
        }
        return;
      }
      var needs =
          KernelNeeds.withoutInitramfs(kernel.configuration().get().configuration(), drivers);
      if (!needs.isEmpty()) {
        Files.writeString(
            fragment,
            KernelNeeds.fragment(
                "What Linux %s lacks to start diskless without an initramfs"
                    .formatted(kernel.image().release()),
                needs));
        lines.add("  what it lacks, for merge_config.sh: " + relative(fragment));
      }
    }

    private void patch(Path file, KernelImage image) throws IOException {
      if (image.header().isEmpty()) {
        problems.error(
            "%s is an %s, which has neither a root device nor root flags"
                .formatted(file, image.format()),
            "write root=/dev/nfs rw on its command line");
        return;
      }
      Path output =
          request
              .output()
              .orElseGet(() -> project.workFolder().kernels().resolve(file.getFileName()));
      request.patch().write(file, output);
      KernelImage.Header now =
          KernelImage.read(output.toString(), new FileContent(output, Files.size(output)), problems)
              .flatMap(KernelImage::header)
              .orElseThrow(() -> new ProblemException(problems.all()));
      lines.add(
          "%s: root device 0x%04X, root flags %d%s"
              .formatted(
                  relative(output),
                  now.rootDevice(),
                  now.rootFlags(),
                  now.rootFlags() == 0 ? " (for writing)" : " (read-only)"));
      if (image.isSigned()) {
        problems.warning(
            "%s was signed for Secure Boot, and the change makes its signature invalid"
                .formatted(file),
            "sign the copy with a key of your own, or write root=/dev/nfs rw on the command line"
                + " instead");
      }
    }

    private String relative(Path path) {
      Path base = project.directory().toAbsolutePath();
      Path whole = path.toAbsolutePath();
      return (whole.startsWith(base) ? base.relativize(whole) : whole).toString();
    }
  }
}
