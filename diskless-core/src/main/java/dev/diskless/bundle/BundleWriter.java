package dev.diskless.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.archive.Compression;
import dev.diskless.archive.TarWriter;
import dev.diskless.boot.BootFile;
import dev.diskless.bundle.PackedImages.Frame;
import dev.diskless.bundle.PackedImages.Packed;
import dev.diskless.host.AtomicFile;
import dev.diskless.host.ForcedFile;
import dev.diskless.host.Progress;
import dev.diskless.model.Cluster;
import dev.diskless.model.Node;
import dev.diskless.problem.FileProblem;
import dev.diskless.problem.Problem;
import dev.diskless.tree.BytesContent;
import dev.diskless.tree.Content;
import dev.diskless.tree.Digest;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileContent;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.Layer;
import dev.diskless.tree.Metadata;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writer of bundles. Equal contents give equal bytes on every machine and at any time. A failed
 * write leaves no partial bundle; images that are completely packed stay in the cache. An existing
 * bundle stays until the new bundle is complete.
 *
 * <p>The order of entries is fixed: files for the script, images, TFTP root, groups, nodes, master,
 * deleted paths, manifest. Entries of each part are in the order of their paths. The manifest comes
 * last because it needs the digests of all entries. A signature, if any, follows the manifest in
 * the last frame.
 */
public final class BundleWriter {

  private static final Duration BETWEEN_WORDS = Duration.ofSeconds(5);

  private final BundleContents contents;
  private final Instant timestamp;
  private final Progress progress;
  private final Map<TreePath, Digest> linkedDigests = new HashMap<>();

  /** First name of each image file with several names, for boot files. */
  private final Map<TreePath, TreePath> linkedFirstNames = new HashMap<>();

  private final StringBuilder deleted = new StringBuilder();

  /** Digests of the entries that a signature covers. */
  private final Map<TreePath, Digest> covered = new HashMap<>();

  private final Frames frames;

  private TarWriter tar;
  private Manifest manifest;
  private int entries;
  private long contentBytes;
  private Instant lastWord = Instant.now();

  private BundleWriter(
      BundleContents contents, Frames frames, Instant timestamp, Progress progress) {
    this.contents = contents;
    this.frames = frames;
    this.timestamp = timestamp;
    this.progress = progress;
  }

  /** Writes a bundle that is not signed. */
  public static BundleSummary write(
      Path bundle,
      Path packedImages,
      BundleContents contents,
      Compression compression,
      Instant timestamp,
      String pluginVersion,
      Progress progress)
      throws IOException {
    return write(
        bundle,
        packedImages,
        contents,
        compression,
        timestamp,
        pluginVersion,
        Optional.empty(),
        progress);
  }

  /**
   * Writes a bundle.
   *
   * @param bundle replaced when the new one is whole
   * @param packedImages a folder that keeps packed images for the next bundle
   * @param compression zstd or gzip
   * @param timestamp of all that is generated
   * @param pluginVersion recorded in the bundle
   * @param signer empty if the bundle shall not be signed
   */
  public static BundleSummary write(
      Path bundle,
      Path packedImages,
      BundleContents contents,
      Compression compression,
      Instant timestamp,
      String pluginVersion,
      Optional<BundleSigner> signer,
      Progress progress)
      throws IOException {
    Path start = startOf(bundle);
    Path partial = bundle.resolveSibling(bundle.getFileName() + ".partial");
    Path manifest = bundle.resolveSibling(bundle.getFileName() + ".manifest");
    Files.createDirectories(bundle.toAbsolutePath().getParent());
    try {
      PackedImages kept = new PackedImages(packedImages);
      List<String> keys = keys(contents, compression, pluginVersion);
      List<Packed> images = whole(kept, keys, start);
      if (images.size() < keys.size()) {
        images =
            writeStart(
                start, kept, keys, contents, compression, timestamp, pluginVersion, progress);
      }
      // The partial file of a killed build can share its bytes with the cache (hard link).
      // Writing into it would damage the cache.
      Files.deleteIfExists(partial);
      BundleWriter writer;
      BundleContent content;
      Optional<BundleSignature> signature;
      Digest digest;
      try (Frames frames = new Frames(ForcedFile.ofOwner(partial), compression)) {
        writer = new BundleWriter(contents, frames, timestamp, progress);
        writer.writeAll(start, images, manifest, pluginVersion);
        content = new BundleContent(frames.size(), frames.digest());
        signature = writer.sign(signer, content);
        LastFrame.write(frames, signature, timestamp);
        digest = frames.digest();
      }
      long size = Files.size(partial);
      AtomicFile.rename(partial, bundle);
      return new BundleSummary(
          digest, size, writer.entries, writer.contentBytes, content, signature);
    } finally {
      Files.deleteIfExists(partial);
      Files.deleteIfExists(manifest);
      Files.deleteIfExists(start);
    }
  }

  /**
   * Packs the images of a bundle before its other contents are known. The start of the bundle, up
   * to the images, is a file beside the bundle, which {@link #write} continues. The packed images
   * are also kept for other bundles. If all images were packed before, nothing is written.
   *
   * @param bundle the file that {@link #write} will write
   * @param packedImages folder that keeps packed images
   * @param contents without {@link BundleContents#boot} and {@link BundleContents#layers}, which
   *     are not read
   * @param compression zstd or gzip
   * @param timestamp of everything generated
   * @param pluginVersion recorded in the bundle
   */
  public static void start(
      Path bundle,
      Path packedImages,
      BundleContents contents,
      Compression compression,
      Instant timestamp,
      String pluginVersion,
      Progress progress)
      throws IOException {
    PackedImages kept = new PackedImages(packedImages);
    List<String> keys = keys(contents, compression, pluginVersion);
    if (!keys.stream().allMatch(kept::has)) {
      Files.createDirectories(bundle.toAbsolutePath().getParent());
      writeStart(
          startOf(bundle), kept, keys, contents, compression, timestamp, pluginVersion, progress);
    }
  }

  /** Removes the start of a bundle that will not be continued. */
  public static void forgetStart(Path bundle) throws IOException {
    Files.deleteIfExists(startOf(bundle));
  }

  private static Path startOf(Path bundle) {
    return bundle.resolveSibling(bundle.getFileName() + ".start");
  }

  private static List<Packed> writeStart(
      Path start,
      PackedImages kept,
      List<String> keys,
      BundleContents contents,
      Compression compression,
      Instant timestamp,
      String pluginVersion,
      Progress progress)
      throws IOException {
    Path partial = AtomicFile.partial(start);
    Path manifestFile = start.resolveSibling(start.getFileName() + ".manifest");
    try {
      Map<String, Packed> images = new LinkedHashMap<>();
      try (Frames frames = new Frames(ForcedFile.ofOwner(partial), compression);
          Manifest manifest = new Manifest(manifestFile)) {
        BundleWriter writer = new BundleWriter(contents, frames, timestamp, progress);
        writer.manifest = manifest;
        writer.tar = new TarWriter(frames);
        writer.writeHead(pluginVersion);
        for (int i = 0; i < keys.size(); i++) {
          Optional<Packed> image = kept.find(keys.get(i));
          if (image.isPresent() && image.get().isWhole()) {
            writer.tar.flush();
            Frame frame = frames.add(image.get().bundle(), image.get().frame());
            images.put(keys.get(i), new Packed(start, frame, image.get().lines()));
          } else {
            images.put(keys.get(i), writer.pack(contents.images().get(i), start, manifestFile));
          }
        }
      }
      // Whoever finds the file under this name finds all of it.
      AtomicFile.rename(partial, start);
      keep(kept, images, progress);
      return List.copyOf(images.values());
    } finally {
      Files.deleteIfExists(partial);
      Files.deleteIfExists(manifestFile);
    }
  }

  /** A build that is complete does not fail because of its cache. */
  private static void keep(PackedImages kept, Map<String, Packed> images, Progress progress) {
    try {
      kept.keep(images);
    } catch (IOException unusable) {
      Problem problem = FileProblem.of(unusable);
      progress.say(
          "warning: the packed images were not cached, so the next build packs them again: "
              + problem);
    }
  }

  /** Returns packed images in the order of their keys, up to the first that must be packed. */
  private static List<Packed> whole(PackedImages kept, List<String> keys, Path start)
      throws IOException {
    List<Packed> images = new ArrayList<>();
    for (String key : keys) {
      Optional<Packed> image = kept.find(key);
      if (image.isEmpty() || !(image.get().isPartOf(start) || image.get().isWhole())) {
        break;
      }
      images.add(image.get());
    }
    return images;
  }

  private static List<String> keys(
      BundleContents contents, Compression compression, String pluginVersion) {
    String format = format(compression, pluginVersion);
    return contents.images().stream().map(i -> key(format, i.name(), i.identity())).toList();
  }

  private static String format(Compression compression, String pluginVersion) {
    return compression + " " + pluginVersion + " " + BundleLayout.FORMAT;
  }

  private static String key(String format, String image, String identity) {
    return Digest.of((format + " " + image + " " + identity).getBytes(UTF_8)).hex();
  }

  /** Writes everything except the last frame. */
  private void writeAll(Path start, List<Packed> images, Path manifestFile, String pluginVersion)
      throws IOException {
    tar = new TarWriter(frames);
    try (Manifest openManifest = new Manifest(manifestFile)) {
      manifest = openManifest;
      writeHead(pluginVersion);
      tar.flush();
      boolean isContinued = frames.continueAfter(start, images);
      for (int i = 0; i < images.size(); i++) {
        if (!isContinued) {
          frames.add(images.get(i).bundle(), images.get(i).frame());
        }
        addImage(contents.images().get(i), images.get(i).lines());
      }
      writeBoot();
      contents.layers(this::writeLayer);
      for (MasterPart master : contents.masters()) {
        writeEntries(folder(master), master.files().entries());
      }
      writeBytes(BundleLayout.DELETED, deleted.toString().getBytes(ISO_8859_1), 0644);
    }
    Content whole = new FileContent(manifestFile, Files.size(manifestFile), null, Optional.empty());
    tar.write(
            BundleLayout.MANIFEST,
            Entry.file(BundleLayout.MANIFEST, Metadata.root(0644, timestamp), whole, "manifest"))
        .ifPresent(d -> covered.put(BundleLayout.MANIFEST, d));
    entries++;
    // Not closed: the end of the archive belongs to the last frame.
    tar.flush();
    frames.cut();
  }

  private Optional<BundleSignature> sign(Optional<BundleSigner> signer, BundleContent content)
      throws IOException {
    if (signer.isEmpty()) {
      return Optional.empty();
    }
    Cluster cluster = contents.cluster();
    BundleSignature made = signer.get().sign(cluster.name(), cluster.version(), content, covered);
    entries++;
    contentBytes += made.entry().length;
    return Optional.of(made);
  }

  private void writeHead(String pluginVersion) throws IOException {
    writeText(BundleLayout.INSTALL, InstallScript.of(contents.cluster()), 0755);
    writeText(BundleLayout.VERIFY, InstallScript.verifier(), 0755);
    writeText(BundleLayout.BUNDLE, BundleJson.bundle(contents, timestamp, pluginVersion), 0644);
    writeText(BundleLayout.CLUSTER, BundleJson.cluster(contents.cluster()), 0644);
    List<Cluster> views = contents.cluster().perMaster();
    if (views.size() == 1) {
      writeText(BundleLayout.TREES, trees(views.get(0)), 0644);
    } else {
      Map<String, MasterPart> parts = new HashMap<>();
      contents.masters().forEach(p -> parts.put(p.name(), p));
      for (Cluster view : views) {
        writeOfMaster(view, parts.get(view.master().name()));
      }
    }
    writeText(BundleLayout.KEPT, KeptLines.of(contents.cluster()), 0644);
    for (ImagePart image : contents.images()) {
      String lines = String.join("\n", image.packages());
      writeText(
          BundleLayout.PACKAGES.resolve(image.name()), lines.isEmpty() ? "" : lines + "\n", 0644);
    }
  }

  private TreePath folder(MasterPart master) {
    return contents.cluster().hasOneMaster()
        ? BundleLayout.master()
        : BundleLayout.master(master.name());
  }

  /** Writes the files that the script needs to install the part of one of several masters. */
  private void writeOfMaster(Cluster view, MasterPart part) throws IOException {
    TreePath folder = BundleLayout.OF_MASTERS.resolve(TreePath.of(part.name()));
    StringBuilder own = new StringBuilder(folder.raw() + "\n" + folder(part).raw() + "\n");
    view.nodes().forEach(n -> own.append(BundleLayout.node(n.name()).raw()).append('\n'));
    for (Entry file : part.boot().entries()) {
      own.append(BundleLayout.boot().resolve(file.path()).raw()).append('\n');
    }
    writeText(folder.resolve(BundleLayout.MASTER_NAME.rawName()), part.name() + "\n", 0644);
    writeBytes(folder.resolve(BundleLayout.OWN), own.toString().getBytes(ISO_8859_1), 0644);
    writeText(folder.resolve(BundleLayout.TREES.rawName()), trees(view), 0644);
  }

  private static String trees(Cluster cluster) {
    StringBuilder trees = new StringBuilder();
    for (Node node : cluster.nodes()) {
      trees.append(
          "%s\t%s\t%s\t%s\t%s\n"
              .formatted(
                  node.name(),
                  node.address(),
                  node.group().root().keyword(),
                  node.group().image(),
                  node.group().name()));
    }
    return trees.toString();
  }

  private void writeBoot() throws IOException {
    List<Entry> rendered = new ArrayList<>(contents.boot().entries());
    contents.masters().forEach(m -> rendered.addAll(m.boot().entries()));
    Map<TreePath, Entry> files = withDirectories(rendered);
    Map<TreePath, BootFile> fromImages = new HashMap<>();
    for (BootFile file : contents.bootFiles()) {
      fromImages.put(file.name(), file);
      addDirectories(file.name(), files);
      files.put(file.name(), file.entry());
    }
    for (Map.Entry<TreePath, Entry> file : files.entrySet()) {
      TreePath name = BundleLayout.boot().resolve(file.getKey());
      BootFile fromImage = fromImages.get(file.getKey());
      if (fromImage == null) {
        writeEntry(name, file.getValue());
      } else {
        writeBootFile(name, fromImage);
      }
    }
  }

  /**
   * Writes a boot file. A TFTP server serves only files that everyone may read. A boot file that
   * has this mode in its image becomes a hard link, which saves space in the bundle and on the
   * master. Other boot files, and kernels that are decompressed, are copied with mode 0644.
   */
  private void writeBootFile(TreePath name, BootFile file) throws IOException {
    Entry entry = file.entry();
    Metadata metadata = entry.metadata();
    if (file.image().isPresent() && !file.isUnpacked() && (metadata.mode() & 0444) == 0444) {
      TreePath target = BundleLayout.image(file.image().get()).resolve(entry.path());
      writeLink(name, target, entry);
    } else {
      writeEntry(name, entry.withMetadata(Metadata.root(0644, metadata.mtime())));
    }
  }

  private void writeLink(TreePath name, TreePath target, Entry entry) throws IOException {
    tar.writeHardLink(name, target, entry);
    count(
        name,
        entry,
        Optional.ofNullable(linkedDigests.get(target)),
        Optional.of(linkedFirstNames.getOrDefault(target, target)));
  }

  /**
   * Packs an image into a frame of its own.
   *
   * @param start the file that is being written, by the name that it will have
   */
  private Packed pack(ImagePart image, Path start, Path manifestFile) throws IOException {
    tar.flush();
    frames.cut();
    long firstLine = manifest.flush();
    writeTree(BundleLayout.image(image.name()), image.tree());
    tar.flush();
    Frame frame = frames.cut();
    return new Packed(start, frame, Manifest.lines(manifestFile, firstLine, manifest.flush()));
  }

  /** Adds what the bundle says about a packed image whose frame it already has. */
  private void addImage(ImagePart image, String lines) throws IOException {
    manifest.addLines(lines);
    for (Entry entry : image.tree()) {
      entries++;
      contentBytes += entry.isFile() ? entry.content().dataSize() : 0;
    }
    for (BootFile file : contents.bootFiles()) {
      if (file.image().equals(Optional.of(image.name()))) {
        TreePath name = BundleLayout.image(image.name()).resolve(file.entry().path());
        Manifest.entry(lines, name)
            .ifPresent(
                line -> {
                  line.entry().content().digest().ifPresent(d -> linkedDigests.put(name, d));
                  linkedFirstNames.put(name, line.hardLink().orElse(name));
                });
      }
    }
  }

  private void writeTree(TreePath folder, FileTree tree) throws IOException {
    Map<Long, TreePath> firstNames = new HashMap<>();
    for (Entry entry : tree) {
      TreePath name = folder.resolve(entry.path());
      TreePath first =
          entry.inode() == Entry.SINGLE ? null : firstNames.putIfAbsent(entry.inode(), name);
      if (first == null) {
        Optional<Digest> digest = writeEntry(name, entry);
        if (entry.inode() != Entry.SINGLE) {
          digest.ifPresent(d -> linkedDigests.put(name, d));
        }
      } else {
        writeLink(name, first, entry);
      }
    }
  }

  private void writeLayer(Layer layer) throws IOException {
    TreePath folder = TreePath.of(layer.name());
    Set<TreePath> again = new HashSet<>();
    for (Entry entry : layer.entries()) {
      writeEntry(folder.resolve(entry.path()), entry);
      if (layer.deleted().contains(entry.path())) {
        again.add(entry.path());
      }
    }
    for (TreePath path : layer.deleted()) {
      deleted
          .append(folder.raw())
          .append(again.contains(path) ? "\treplace\t" : "\twhiteout\t")
          .append(path.raw())
          .append('\n');
    }
  }

  private void writeEntries(TreePath folder, Iterable<Entry> files) throws IOException {
    for (Map.Entry<TreePath, Entry> file : withDirectories(files).entrySet()) {
      writeEntry(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /**
   * Returns the files sorted, and with their parent directories. The content of a directory follows
   * it directly, because tar sets the time of a directory at the first entry outside of it.
   */
  private Map<TreePath, Entry> withDirectories(Iterable<Entry> files) {
    Map<TreePath, Entry> sorted = new TreeMap<>();
    addDirectories(TreePath.ROOT, sorted);
    for (Entry file : files) {
      addDirectories(file.path(), sorted);
      sorted.put(file.path(), file);
    }
    return sorted;
  }

  /** Readable for everyone: in.tftpd(8) hands out nothing from other directories. */
  private void addDirectories(TreePath file, Map<TreePath, Entry> files) {
    TreePath directory = file.parentOrRoot();
    files.computeIfAbsent(
        directory, d -> Entry.directory(d, Metadata.root(0755, timestamp), "bundle"));
    if (!directory.isRoot()) {
      addDirectories(directory, files);
    }
  }

  private void writeText(TreePath name, String text, int mode) throws IOException {
    writeBytes(name, text.getBytes(UTF_8), mode);
  }

  private void writeBytes(TreePath name, byte[] bytes, int mode) throws IOException {
    Content content = new BytesContent(bytes);
    Optional<Digest> digest =
        writeEntry(name, Entry.file(name, Metadata.root(mode, timestamp), content, "bundle"));
    if (SignedText.COVERED.contains(name)) {
      digest.ifPresent(d -> covered.put(name, d));
    }
  }

  private Optional<Digest> writeEntry(TreePath name, Entry entry) throws IOException {
    Optional<Digest> digest = tar.write(name, entry);
    count(name, entry, digest, Optional.empty());
    return digest;
  }

  private void count(
      TreePath name, Entry entry, Optional<Digest> digest, Optional<TreePath> firstName)
      throws IOException {
    manifest.add(name, entry, digest, firstName);
    entries++;
    if (entry.isFile()) {
      contentBytes += entry.content().dataSize();
    }
    if (entries % 64 == 0
        && Duration.between(lastWord, Instant.now()).compareTo(BETWEEN_WORDS) > 0) {
      lastWord = Instant.now();
      progress.say("packed %,d files, %,d MB".formatted(entries, contentBytes / 1_000_000));
    }
  }
}
