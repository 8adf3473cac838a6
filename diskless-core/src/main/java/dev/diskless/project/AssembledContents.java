package dev.diskless.project;

import dev.diskless.boot.BootFile;
import dev.diskless.boot.BootFiles;
import dev.diskless.boot.GroupKernels;
import dev.diskless.bundle.BundleContents;
import dev.diskless.bundle.ImagePart;
import dev.diskless.bundle.MasterPart;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Image;
import dev.diskless.model.Master;
import dev.diskless.model.Scope;
import dev.diskless.problem.Problems;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.TreeIndex;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Contents of a bundle that earlier goals left in the work folder. Images can be read as soon as
 * they are prepared; {@link #boot()} and {@link #layers} can be read when {@code assemble} is done.
 */
public final class AssembledContents implements BundleContents {

  private final Cluster cluster;
  private final WorkFolder work;
  private final Map<String, FileTree> trees = new LinkedHashMap<>();
  private final List<ImagePart> images = new ArrayList<>();
  private final List<BootFile> bootFiles;

  /** Layers of masters and of the TFTP root. */
  private final Map<Scope, Layer> served = new HashMap<>();

  /**
   * @param machine where loaders are taken from that no image has
   */
  public AssembledContents(ClusterProject project, Cluster cluster, Path machine)
      throws IOException {
    this.cluster = cluster;
    this.work = project.workFolder();
    for (Image image : cluster.usedImages()) {
      FileTree tree = ImageFolder.tree(work, project.memory(), image);
      trees.put(image.name(), tree);
      List<String> packages = Files.readAllLines(work.imagePackages(image.name()));
      String identity = Files.readString(work.imageFingerprint(image.name()));
      images.add(new ImagePart(image.name(), tree, identity, packages));
    }
    // The goal assemble reports missing files.
    this.bootFiles = BootFiles.of(cluster, trees, machine, new Problems());
    Set<Scope> scopes = new HashSet<>(Set.of(Scope.BOOT));
    for (Master master : cluster.masters()) {
      scopes.add(Scope.of(cluster, master));
      scopes.add(Scope.bootOf(master));
    }
    TreeIndex.forEach(
        work.renderedIndex(),
        layer -> {
          Scope scope = Scope.parse(layer.name());
          if (scopes.contains(scope)) {
            served.put(scope, layer);
          }
        });
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  public List<ImagePart> images() {
    return images;
  }

  @Override
  public List<BootFile> bootFiles() {
    return bootFiles;
  }

  /** Adds the kernels of groups that start without an initramfs and with a kernel of their own. */
  @Override
  public Layer boot() throws IOException {
    Layer boot = served.get(Scope.BOOT);
    List<Entry> kernels = groupKernels(cluster, trees, work);
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
  public static List<Entry> groupKernels(
      Cluster cluster, Map<String, FileTree> images, WorkFolder work) throws IOException {
    Map<Scope, Group> groups = new LinkedHashMap<>();
    GroupKernels.groups(cluster).forEach(g -> groups.put(Scope.of(g), g));
    List<Entry> kernels = new ArrayList<>();
    if (!groups.isEmpty()) {
      TreeIndex.forEach(
          work.layersIndex(),
          layer -> {
            Group group = groups.get(Scope.parse(layer.name()));
            if (group != null) {
              FileTree tree = images.get(group.image()).with(layer, new Problems());
              GroupKernels.bootFile(cluster.release(), group, tree, layer).ifPresent(kernels::add);
            }
          });
    }
    return kernels;
  }

  @Override
  public List<MasterPart> masters() {
    return cluster.masters().stream().map(this::part).toList();
  }

  private MasterPart part(Master master) {
    Layer files = served.get(Scope.of(cluster, master));
    return cluster.hasOneMaster()
        ? MasterPart.only(master.name(), files)
        : new MasterPart(master.name(), files, served.get(Scope.bootOf(master)));
  }

  @Override
  public void layers(LayerSink sink) throws IOException {
    try {
      TreeIndex.forEach(
          work.layersIndex(),
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
