package dev.diskless.diff;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.archive.Compression;
import dev.diskless.boot.BootFile;
import dev.diskless.boot.BootFiles;
import dev.diskless.bundle.BundleContents;
import dev.diskless.bundle.BundleWriter;
import dev.diskless.bundle.ImagePart;
import dev.diskless.bundle.MasterPart;
import dev.diskless.compose.StandaloneLayer;
import dev.diskless.descriptor.DescriptorReader;
import dev.diskless.host.Progress;
import dev.diskless.model.Cluster;
import dev.diskless.model.Group;
import dev.diskless.model.Master;
import dev.diskless.model.Node;
import dev.diskless.problem.Problems;
import dev.diskless.template.Renderer;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import dev.diskless.tree.Xattrs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A version of a cluster of 100 nodes, with the shipped templates, to be changed and packed. */
public final class Version implements BundleContents {

  public static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  private static final String DESCRIPTOR =
      """
      cluster: lab
      master: { name: master, address: 10.1.0.1, interface: eth0 }
      networks:
        - { subnet: 10.1.0.0/16 }
      images:
        golden: { directory: golden }
      groups:
        compute: { image: golden, root: overlay, interface: eth0 }
        complete: { image: golden, root: full, interface: eth0 }
      nodes:
        - { name: "node[001-098]", mac: "52:54:00:00:01:00+", address: 10.1.1.1+, group: compute }
        - { name: "big[1-2]", mac: "52:54:00:00:02:00+", address: 10.1.2.1+, group: complete }
      """;

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String version;

  /** No two have the same image, or what was packed of one would be taken for the other. */
  private final String identity = Integer.toString(COUNT.incrementAndGet());

  private final Problems problems = new Problems();
  private final Map<TreePath, Entry> image = new TreeMap<>();
  private final Map<String, Layer.Builder> own = new HashMap<>();
  private final Layer.Builder master = Layer.builder("master");
  private String descriptor = DESCRIPTOR;
  private List<String> packages =
      List.of("base-files\t12.4\tall", "libc6\t2.36-9\tamd64", "nano\t7.2-1\tamd64");
  private final Map<String, FileTree> trees = new TreeMap<>();
  private Cluster cluster;
  private Renderer renderer;
  private FileTree tree;

  public Version(String version) {
    this.version = version;
    image(Entry.directory(TreePath.ROOT, Metadata.root(0755, TIME), "image"));
    image(file("etc/motd", 0644, "Debian\n"));
    image(file("etc/shadow", 0640, "root:*:\n"));
    image(file("usr/bin/hello", 0755, "\0hello"));
    image(file("usr/bin/hello2", 0755, "\0twice"));
    image(file("boot/vmlinuz-6.1", 0644, "kernel 6.1"));
    image(file("boot/initrd.img-6.1", 0600, "initrd 6.1"));
    image(file("usr/lib/PXELINUX/pxelinux.0", 0644, "loader"));
    image(file("usr/lib/syslinux/modules/bios/ldlinux.c32", 0644, "loader"));
  }

  public static Entry file(String path, int mode, String text) {
    return file(path, Metadata.root(mode, TIME), text);
  }

  public static Entry file(String path, Metadata metadata, String text) {
    return Entry.file(TreePath.of(path), metadata, new BytesContent(text.getBytes(UTF_8)), "test");
  }

  static Metadata capable(int... bytes) {
    byte[] value = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      value[i] = (byte) bytes[i];
    }
    return new Metadata(0755, 0, 0, TIME, Xattrs.of(Map.of("security.capability", value)));
  }

  public Version descriptor(String before, String after) {
    assert descriptor.contains(before);
    descriptor = descriptor.replace(before, after);
    return this;
  }

  /** The big nodes on a master of their own. */
  Version withTwoMasters() {
    return descriptor(
            "master: { name: master, address: 10.1.0.1, interface: eth0 }",
            "masters: [{ name: rack1, address: 10.1.0.1 }, { name: rack2, address: 10.2.0.1 }]")
        .descriptor(
            "  - { subnet: 10.1.0.0/16 }",
            "  - { subnet: 10.1.0.0/16 }\n  - { subnet: 10.2.0.0/16 }")
        .descriptor("10.1.2.1+", "10.2.2.1+");
  }

  public Version image(Entry entry) {
    image.put(entry.path(), entry);
    return this;
  }

  public Version imageWithout(String path) {
    image.remove(TreePath.of(path));
    return this;
  }

  Version packages(String... lines) {
    packages = List.of(lines);
    return this;
  }

  /** The layer {@code groups/NAME} or {@code nodes/NAME}, over what is rendered. */
  public Layer.Builder own(String name) {
    return own.computeIfAbsent(name, Layer::builder);
  }

  Version master(Entry entry) {
    master.add(entry);
    return this;
  }

  ComparedVersion side(Path folder) throws IOException {
    return ComparedVersion.ofBundle(write(folder, Compression.ZSTD));
  }

  public Path write(Path folder, Compression compression) throws IOException {
    Path file = Files.createDirectories(folder.resolve(version)).resolve("cluster.yaml");
    Files.writeString(file, descriptor);
    cluster = DescriptorReader.read(file, folder, version, name -> Optional.empty()).cluster();
    renderer = new Renderer(cluster, folder.resolve("none"), folder, TIME);
    tree = FileTree.of(List.copyOf(image.values()));
    Path bundle = file.resolveSibling("bundle");
    BundleWriter.write(
        bundle, folder.resolve("packed"), this, compression, TIME, "0.0-test", Progress.SILENT);
    return bundle;
  }

  /** What each node sees, after it was packed. */
  public Map<String, FileTree> trees() {
    return trees;
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  public List<ImagePart> images() {
    return List.of(new ImagePart("golden", tree, identity, packages));
  }

  @Override
  public List<BootFile> bootFiles() {
    try {
      return BootFiles.of(cluster, Map.of("golden", tree), Path.of("no/such/machine"), problems);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public Layer boot() {
    return cluster.hasOneMaster() ? renderer.boot() : renderer.bootOfAll();
  }

  @Override
  public List<MasterPart> masters() {
    List<MasterPart> parts = new ArrayList<>();
    for (Master each : cluster.masters()) {
      Layer.Builder all = Layer.builder("master");
      renderer.master(each).entries().forEach(all::add);
      master.build().entries().forEach(all::add);
      parts.add(
          cluster.hasOneMaster()
              ? MasterPart.only(each.name(), all.build())
              : new MasterPart(each.name(), all.build(), renderer.bootOf(each)));
    }
    return parts;
  }

  @Override
  public void layers(LayerSink sink) throws IOException {
    Map<String, FileTree> groups = new HashMap<>();
    for (Group group : cluster.usedGroups()) {
      FileTree whole =
          tree.with(renderer.all(), problems)
              .with(renderer.group(group), problems)
              .with(own("groups/" + group.name()).build(), problems);
      groups.put(group.name(), whole);
      sink.accept(StandaloneLayer.of("groups/" + group.name(), whole, tree));
    }
    for (Node node : cluster.nodes()) {
      FileTree group = groups.get(node.group().name());
      FileTree whole =
          group
              .with(renderer.node(node), problems)
              .with(own("nodes/" + node.name()).build(), problems);
      trees.put(node.name(), whole);
      sink.accept(StandaloneLayer.of("nodes/" + node.name(), whole, group));
    }
  }
}
