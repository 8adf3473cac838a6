package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.archive.Compression;
import dev.diskless.boot.BootFile;
import dev.diskless.boot.BootFiles;
import dev.diskless.compose.StandaloneLayer;
import dev.diskless.host.Progress;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A small bundle with one of everything: an image on a merged /usr with a set-uid file, a hard
 * link, a device and odd names; a group in full and one in overlay, both with deletions.
 */
class SampleBundle implements BundleContents {

  static final Instant TIMESTAMP = Instant.parse("2026-01-01T00:00:00Z");

  final FileTree image =
      FileTree.of(
          Arrays.asList(
              Entry.directory(TreePath.ROOT, Metadata.root(0755, TIMESTAMP), "image"),
              Entry.directory(
                  TreePath.of("root"), Metadata.root(0700, Instant.EPOCH.plusSeconds(7)), "image"),
              link("bin", "usr/bin"),
              file("usr/bin/su", 04755, "su"),
              file("usr/bin/perl", 0755, "perl").withInode(1),
              file("usr/bin/perl5", 0755, "perl").withInode(1),
              file("etc/motd", 0644, "Debian"),
              file("etc/issue", 0644, "issue"),
              link("etc/resolv.conf", "../run/resolv.conf"),
              file("etc/odd name \\ übung", 0644, "odd"),
              file("var/old/deep/file", 0644, "old"),
              Entry.device(
                  TreePath.of("dev/null"),
                  Entry.Type.CHARACTER_DEVICE,
                  Metadata.root(0666, TIMESTAMP),
                  new Entry.Device(1, 3),
                  "image"),
              file("boot/vmlinuz-6.1", 0644, "kernel"),
              file("boot/initrd.img-6.1", 0600, "initrd")));

  private final Cluster cluster;
  private final Problems problems = new Problems();

  String identity = "golden 1";

  /** Number of further images with the same content. */
  int copies;

  SampleBundle() {
    this(Clusters.lab());
  }

  SampleBundle(Cluster cluster) {
    this.cluster = cluster;
  }

  static BundleSummary write(Path bundle, Compression compression) throws IOException {
    return write(bundle, compression, Clusters.lab());
  }

  static BundleSummary write(Path bundle, Compression compression, Cluster cluster)
      throws IOException {
    return BundleWriter.write(
        bundle,
        bundle.resolveSibling("packed"),
        new SampleBundle(cluster),
        compression,
        TIMESTAMP,
        "0.0-test",
        Progress.SILENT);
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  public List<ImagePart> images() {
    return IntStream.rangeClosed(0, copies)
        .mapToObj(i -> i == 0 ? "golden" : "golden" + i)
        .map(n -> new ImagePart(n, image, identity, List.of("perl\t5.36.0-7\tamd64")))
        .toList();
  }

  @Override
  public List<BootFile> bootFiles() {
    try {
      return BootFiles.of(cluster, Map.of("golden", image), Path.of("/no/machine"), problems);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Layer boot() {
    return Layer.builder("boot")
        .add(file("pxelinux.cfg/01-68-00-10-37-09-83", 0644, "DEFAULT linux"))
        .build();
  }

  @Override
  public List<MasterPart> masters() {
    if (cluster.hasOneMaster()) {
      Layer files =
          Layer.builder("master").add(file("etc/dhcp/dhcpd.conf", 0644, "authoritative;")).build();
      return List.of(MasterPart.only(cluster.master().name(), files));
    }
    return cluster.perMaster().stream().map(this::part).toList();
  }

  private MasterPart part(Cluster view) {
    String name = view.master().name();
    Layer.Builder boot = Layer.builder("boot");
    view.nodes().forEach(n -> boot.add(file("pxelinux.cfg/" + n.name(), 0644, n.name())));
    return new MasterPart(
        name,
        Layer.builder("master").add(file("etc/dhcp/dhcpd.conf", 0644, "# " + name)).build(),
        boot.build());
  }

  @Override
  public void layers(LayerSink sink) throws IOException {
    Layer common =
        Layer.builder("files")
            .delete(TreePath.of("etc/issue"))
            .delete(TreePath.of("var/old"))
            .add(file("etc/motd", 0644, "ours"))
            .add(file("root/.profile", 0600, "PS1="))
            .build();
    Layer own =
        Layer.builder("rendered node")
            .add(file("etc/hostname", 0644, "firstslave"))
            .add(file("etc/resolv.conf", 0644, "nameserver 192.168.45.1"))
            .build();
    FileTree group = image.with(common, problems);
    FileTree node = group.with(own, problems);
    for (Group each : cluster.groups()) {
      sink.accept(StandaloneLayer.of("groups/" + each.name(), group, image));
    }
    for (Node each : cluster.nodes()) {
      sink.accept(StandaloneLayer.of("nodes/" + each.name(), node, group));
    }
  }

  private static Entry file(String path, int mode, String text) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(mode, TIMESTAMP),
        new BytesContent(text.getBytes(UTF_8)),
        "test");
  }

  private static Entry link(String path, String target) {
    return Entry.symlink(TreePath.of(path), Metadata.root(0777, TIMESTAMP), target, "image");
  }
}
