package dev.diskless.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.boot.BootFile;
import dev.diskless.boot.BootFiles;
import dev.diskless.boot.GroupKernels;
import dev.diskless.bundle.BundleContents;
import dev.diskless.bundle.BundleJson;
import dev.diskless.bundle.BundleSummary;
import dev.diskless.bundle.BundleWriter;
import dev.diskless.bundle.ImagePart;
import dev.diskless.bundle.MasterPart;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.Master;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreeIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The goal {@code package}: the bundle, written only when something that goes into it has changed.
 *
 * @param warnings what the user should know though the build goes on
 * @param summary one line
 */
public record Packaging(List<Problem> warnings, String summary) {

  /**
   * @throws ProblemException if the goals before it were not run
   */
  public static Packaging run(ClusterProject project) throws IOException {
    return run(project, BootFiles.THIS_MACHINE);
  }

  /**
   * @param machine where loaders are taken from that no image has
   */
  static Packaging run(ClusterProject project, Path machine) throws IOException {
    Cluster cluster = Validation.read(project).cluster();
    WorkFolder work = project.workFolder();
    if (!Files.exists(work.renderedIndex()) || !Files.exists(work.layersIndex())) {
      throw new ProblemException(
          Problem.error(
              "nothing was assembled yet", "run mvn package, which runs every goal before"));
    }
    String name = project.directory().toAbsolutePath().relativize(project.bundle()).toString();
    String key = key(project, cluster, machine);
    BundleStamp last = BundleStamp.read(work.bundleStamp());
    if (last.isFor(key, project.bundle())) {
      return new Packaging(List.of(), name + " is up to date (SHA-256 " + last.digest() + ")");
    }
    Problems problems = new Problems();
    BundleContents contents = contents(project, cluster, machine, problems);
    problems.throwIfErrors();
    BundleSummary summary =
        BundleWriter.write(
            project.bundle(),
            project.cache().resolve("packed"),
            contents,
            project.compression(),
            project.timestamp(),
            project.pluginVersion(),
            project.progress());
    BundleStamp.write(work.bundleStamp(), key, project.bundle(), summary.digest());
    return new Packaging(
        problems.warnings(),
        "%s: %,.1f MB, %,d entries, %,.1f MB unpacked (SHA-256 %s)"
            .formatted(
                name,
                summary.size() / 1e6,
                summary.entries(),
                summary.contentBytes() / 1e6,
                summary.digest()));
  }

  /** A digest of all that decides on the bundle's bytes. */
  private static String key(ClusterProject project, Cluster cluster, Path machine)
      throws IOException {
    WorkFolder work = project.workFolder();
    MessageDigest key = Digest.sha256();
    for (Object part :
        List.of(
            project.pluginVersion(),
            project.compression(),
            project.timestamp(),
            BundleJson.cluster(cluster),
            BootFiles.loadersOf(machine, cluster))) {
      key.update((part + "\n").getBytes(UTF_8));
    }
    key.update(Files.readAllBytes(work.renderedIndex()));
    key.update(Files.readAllBytes(work.layersIndex()));
    for (Image image : cluster.usedImages()) {
      key.update(Files.readAllBytes(work.imageFingerprint(image.name())));
      key.update(Files.readAllBytes(work.imageIndex(image.name())));
      key.update(Files.readAllBytes(work.imagePackages(image.name())));
    }
    return Digest.of(key).hex();
  }

  private static BundleContents contents(
      ClusterProject project, Cluster cluster, Path machine, Problems problems) throws IOException {
    WorkFolder work = project.workFolder();
    List<ImagePart> images = new ArrayList<>();
    Map<String, FileTree> trees = new LinkedHashMap<>();
    for (Image image : cluster.usedImages()) {
      FileTree tree = ImageFolder.tree(work, project.memory(), image);
      trees.put(image.name(), tree);
      List<String> packages = Files.readAllLines(work.imagePackages(image.name()));
      String identity = Files.readString(work.imageFingerprint(image.name()));
      images.add(new ImagePart(image.name(), tree, identity, packages));
    }
    // The goal assemble has told of what is missing; errors would have stopped it.
    List<BootFile> bootFiles = BootFiles.of(cluster, trees, machine, new Problems());
    Set<String> names = new HashSet<>(Set.of(Generation.BOOT));
    for (Master master : cluster.masters()) {
      names.add(Generation.of(cluster, master));
      names.add(Generation.bootOf(master));
    }
    Map<String, Layer> served = new HashMap<>();
    TreeIndex.forEach(
        work.renderedIndex(),
        layer -> {
          if (names.contains(layer.name())) {
            served.put(layer.name(), layer);
          }
        });
    served.computeIfPresent(
        Generation.BOOT, (name, layer) -> withKernels(layer, cluster, trees, work));
    return new AssembledContents(cluster, work, images, bootFiles, served);
  }

  /** With the kernels that are not their images', of groups that start without an initramfs. */
  private static Layer withKernels(
      Layer boot, Cluster cluster, Map<String, FileTree> images, WorkFolder work) {
    List<Entry> kernels;
    try {
      kernels = groupKernels(cluster, images, work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (kernels.isEmpty()) {
      return boot;
    }
    Layer.Builder with = Layer.builder(boot.name());
    boot.ensured().forEach(with::ensure);
    boot.deleted().forEach(with::delete);
    boot.entries().forEach(with::add);
    kernels.forEach(with::add);
    return with.build();
  }

  /** The kernels of groups that start without an initramfs, by their paths in the TFTP root. */
  static List<Entry> groupKernels(Cluster cluster, Map<String, FileTree> images, WorkFolder work)
      throws IOException {
    Map<String, Group> groups = new LinkedHashMap<>();
    GroupKernels.groups(cluster).forEach(g -> groups.put(Generation.of(g), g));
    List<Entry> kernels = new ArrayList<>();
    if (!groups.isEmpty()) {
      TreeIndex.forEach(
          work.layersIndex(),
          layer -> {
            Group group = groups.get(layer.name());
            if (group != null) {
              FileTree tree = images.get(group.image()).with(layer, new Problems());
              GroupKernels.bootFile(cluster.release(), group, tree, layer).ifPresent(kernels::add);
            }
          });
    }
    return kernels;
  }

  private record AssembledContents(
      Cluster cluster,
      WorkFolder work,
      List<ImagePart> images,
      List<BootFile> bootFiles,
      Map<String, Layer> served)
      implements BundleContents {

    @Override
    public Layer boot() {
      return served.get(Generation.BOOT);
    }

    @Override
    public List<MasterPart> masters() {
      return cluster.masters().stream().map(this::part).toList();
    }

    private MasterPart part(Master master) {
      Layer files = served.get(Generation.of(cluster, master));
      return cluster.hasOneMaster()
          ? MasterPart.only(master.name(), files)
          : new MasterPart(master.name(), files, served.get(Generation.bootOf(master)));
    }

    @Override
    public void layers(LayerSink sink) throws IOException {
      Path index = work.layersIndex();
      try {
        TreeIndex.forEach(
            index,
            layer -> {
              try {
                sink.accept(layer);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }
}
