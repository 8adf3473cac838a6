package dev.diskless.master;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.archive.Compression;
import dev.diskless.boot.BootFile;
import dev.diskless.boot.BootFiles;
import dev.diskless.bundle.BundleContents;
import dev.diskless.bundle.BundleWriter;
import dev.diskless.bundle.ImagePart;
import dev.diskless.bundle.MasterPart;
import dev.diskless.compose.StandaloneLayer;
import dev.diskless.host.Progress;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.problem.Problems;
import dev.diskless.testing.Clusters;
import dev.diskless.testing.Shell;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Bundles of one cluster in several versions, which differ in a few small files: the image's {@code
 * etc/version}, {@code opt/added}, and the master's dhcpd.conf and exports.
 */
final class Versions implements BundleContents {

  static final String BASE = "srv/diskless/lab";
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private final Cluster cluster;
  private final List<Entry> master;
  private final FileTree image;

  private Versions(String version, String dhcpd, int size, Cluster howto, List<Entry> more) {
    this.cluster = Clusters.named(howto, howto.name(), version);
    List<Entry> entries = new ArrayList<>();
    entries.add(Entry.directory(TreePath.ROOT, Metadata.root(0755, TIME), "image"));
    entries.addAll(more);
    entries.add(file("usr/bin/su", 04755, "su"));
    entries.add(file("usr/bin/perl", 0755, "perl").withInode(1));
    entries.add(file("usr/bin/perl5", 0755, "perl").withInode(1));
    entries.add(file("etc/odd name = \\ #übung", 0644, "odd"));
    entries.add(file("etc/line\nfeed", 0644, "odd"));
    entries.add(file("etc/issue", 0644, "issue"));
    entries.add(file("etc/version", 0644, version));
    entries.add(file("boot/vmlinuz-6.1", 0644, "kernel"));
    entries.add(file("boot/initrd.img-6.1", 0600, "initrd"));
    if (!version.equals("1.0")) {
      entries.add(file("opt/added", 0644, version + "x".repeat(size)));
    }
    this.image = FileTree.of(entries);
    this.master = new ArrayList<>();
    master.add(file("etc/dhcp/dhcpd.conf", 0644, "# " + version + "\n" + dhcpd));
    master.add(file("etc/default/tftpd-hpa", 0644, "TFTP_DIRECTORY=\"/tftpboot/boot\"\n"));
    master.add(
        file(
            "etc/exports.d/diskless.exports",
            0644,
            "# "
                + version
                + "\n"
                + "/home 192.168.45.45(rw,sync,no_subtree_check)\n"
                + cluster.release().path()
                + "/192.168.45.45 192.168.45.45(rw,sync,no_subtree_check,no_root_squash)\n"));
    if (version.equals("1.0")) {
      master.add(file("etc/hosts.diskless", 0644, "192.168.45.1 master\n"));
    }
  }

  /** A sound bundle of a version, {@code VERSION.tar.zst} in a folder. */
  static Path write(Path folder, String version) throws IOException {
    return write(folder, version, "authoritative;\n", 0);
  }

  /**
   * @param dhcpd what dhcpd.conf says
   * @param size of a file that only versions after 1.0 have, in bytes
   */
  static Path write(Path folder, String version, String dhcpd, int size) throws IOException {
    return write(folder, version, new Versions(version, dhcpd, size, Clusters.lab(), List.of()));
  }

  /**
   * @param cluster of another version
   * @param more that the image has beside
   */
  static Path write(Path folder, String version, Cluster cluster, List<Entry> more)
      throws IOException {
    return write(folder, version, new Versions(version, "authoritative;\n", 0, cluster, more));
  }

  private static Path write(Path folder, String version, Versions contents) throws IOException {
    Path bundle = folder.resolve(version + ".tar.zst");
    BundleWriter.write(
        bundle,
        folder.resolve("packed-" + contents.hashCode()),
        contents,
        Compression.ZSTD,
        TIME,
        "0.0-test",
        Progress.SILENT);
    return bundle;
  }

  /** The script of a bundle beside it. */
  static Path script(Path bundle) throws IOException {
    Path folder = bundle.getParent();
    Shell.run(
        folder,
        "zstd -dcq %s | tar -xO META-INF/diskless/install > install"
            .formatted(bundle.getFileName()));
    return folder.resolve("install");
  }

  /**
   * Everything below a root, with its attributes and content: what is served, byte for byte. Times
   * of directories are left out, for a file that came and went changes them, and so is what no
   * service reads: locks, releases that are named, and the kernels of a release before, which are
   * there for nodes that were about to start it.
   */
  static String snapshot(Path root, String... withoutReleases) throws IOException {
    StringBuilder prune =
        new StringBuilder(
            "-name .session -o -name .lock -o -name .kernels.partial"
                + " -o -path '*/1.0/boot/2.0' -o -path '*/2.0/boot/1.0'");
    if (Files.exists(root.resolve("srv"))) {
      prune.append(" -o -path ./usr"); // the verifier, which serves nothing
    }
    if (root.endsWith("releases/2.0")) {
      prune.append(" -o -path ./boot/1.0");
    }
    for (String version : withoutReleases) {
      prune.append(" -o -path './").append(BASE).append("/releases/").append(version).append('\'');
    }
    Shell.Result result =
        Shell.run(
            root,
            "{ find . \\( "
                + prune
                // It has lines of others, and so no time of a release.
                + " \\) -prune -o -path ./etc/hosts -printf '%p %y %m %U %G\\0' -o -type f -printf '%p %y %m %U %G %T@\\0' -o -printf '%p %y %m %U %G %l\\0' | tr '\\n\\0' '?\\n';"
                + " find . \\( "
                + prune
                + " \\) -prune -o -type f -print0 | xargs -0 sha256sum; } | LC_ALL=C sort");
    if (result.exit() != 0) {
      throw new IOException(result.output());
    }
    return result.output();
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  public List<ImagePart> images() {
    return List.of(new ImagePart("golden", image, cluster.version(), List.of()));
  }

  @Override
  public List<BootFile> bootFiles() {
    try {
      return BootFiles.of(cluster, Map.of("golden", image), Path.of("/no/machine"), new Problems());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Layer boot() {
    return Layer.builder("boot").add(file("pxelinux.cfg/default", 0644, cluster.version())).build();
  }

  @Override
  public List<MasterPart> masters() {
    Layer.Builder layer = Layer.builder("master");
    master.forEach(layer::add);
    return List.of(MasterPart.only(cluster.master().name(), layer.build()));
  }

  @Override
  public void layers(LayerSink sink) throws IOException {
    Problems problems = new Problems();
    FileTree group =
        image.with(
            Layer.builder("files")
                .delete(TreePath.of("etc/issue"))
                .add(file("etc/motd", 0644, "ours"))
                .build(),
            problems);
    FileTree node =
        group.with(
            Layer.builder("node").add(file("etc/hostname", 0644, "firstslave")).build(), problems);
    for (Group each : cluster.groups()) {
      sink.accept(StandaloneLayer.of("groups/" + each.name(), group, image));
    }
    for (Node each : cluster.nodes()) {
      sink.accept(StandaloneLayer.of("nodes/" + each.name(), node, group));
    }
  }

  static Entry file(String path, int mode, String text) {
    return Entry.file(
        TreePath.of(path),
        Metadata.root(mode, TIME),
        new BytesContent(text.getBytes(UTF_8)),
        "test");
  }

  static Entry directory(String path, int mode, int uid) {
    Metadata root = Metadata.root(mode, TIME);
    return Entry.directory(
        TreePath.of(path), new Metadata(mode, uid, 0, TIME, root.xattrs()), "test");
  }
}
