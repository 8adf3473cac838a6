package dev.diskless.diff;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.bundle.ManifestSections;
import dev.diskless.bundle.RecordedTrees;
import dev.diskless.master.BundleHead;
import dev.diskless.master.MasterHost;
import dev.diskless.model.Cluster;
import dev.diskless.model.ClusterJson;
import dev.diskless.model.Node;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Version of a cluster that a comparison reads: its metadata, its manifest and its files. */
public final class ComparedVersion {

  private final Source source;
  private final BundleHead head;
  private final ManifestSections manifest;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, List<String>> packages = new TreeMap<>();
  private final RecordedTrees trees;

  /** Master whose part of the version this is; empty for the parts of all masters. */
  private final Optional<String> master;

  /** Paths below the TFTP root that only other masters of the bundle serve. */
  private final Set<String> ofOthers = new HashSet<>();

  private JsonNode images;
  private JsonNode groupKernels;
  private final boolean hasHardLinks;

  /**
   * @param part master whose part of a bundle for several masters is compared; empty for all parts
   */
  private ComparedVersion(Source source, BundleHead head, Optional<String> part)
      throws IOException {
    this.source = source;
    this.head = head;
    Map<String, byte[]> meta = source.meta();
    this.master =
        part.or(
            () ->
                Optional.ofNullable(meta.get(BundleLayout.MASTER_NAME.rawName()))
                    .map(name -> new String(name, UTF_8).strip()));
    try {
      this.manifest = new ManifestSections(meta(meta, BundleLayout.MANIFEST));
      Cluster cluster = ClusterJson.read(text(meta, BundleLayout.CLUSTER));
      master.map(cluster::ofMaster).orElse(cluster).nodes().forEach(n -> nodes.put(n.name(), n));
      if (master.isPresent()) {
        keepPart(meta, part);
      }
      JsonNode bundle = json(text(meta, BundleLayout.BUNDLE));
      images = bundle.path("images");
      groupKernels = bundle.path("groups");
      hasHardLinks = BundleLayout.hasHardLinks(bundle.path("format").asInt());
      String folder = BundleLayout.PACKAGES.rawName() + "/";
      meta.forEach(
          (name, content) -> {
            if (name.startsWith(folder)) {
              packages.put(
                  name.substring(folder.length()), new String(content, UTF_8).lines().toList());
            }
          });
      trees = new RecordedTrees(manifest, meta(meta, BundleLayout.DELETED));
    } catch (IllegalArgumentException | JacksonException e) {
      throw damaged(e.getMessage(), e);
    }
  }

  /**
   * Reads the metadata of a bundle.
   *
   * @throws ProblemException if the file is not a bundle or is damaged
   */
  public static ComparedVersion ofBundle(Path bundle) throws IOException {
    return new ComparedVersion(
        new Source.Bundle(bundle), BundleHead.read(bundle), Optional.empty());
  }

  /**
   * Reads the metadata of the active release of a master.
   *
   * @throws ProblemException if no release is active, or the active release is damaged
   */
  public static ComparedVersion ofActive(MasterHost host) throws IOException {
    String version =
        host.active()
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.error(
                            "no release of %s is active on this master (%s has no link active)"
                                .formatted(host.cluster(), host.base()),
                            "choose a version to compare with: -Ddiskless.from=VERSION, or"
                                + " the file of a bundle")));
    Path release = host.release(version);
    return new ComparedVersion(
        new Source.Release(release), BundleHead.installed(release), Optional.empty());
  }

  /**
   * Returns the part that the given master installs, to compare it with the release on that master.
   * Returns this version if it already is the part of one master, or if the bundle has no master
   * with this name.
   */
  ComparedVersion of(String masterName) throws IOException {
    return master.isPresent() || !manifestHasMaster(masterName)
        ? this
        : new ComparedVersion(source, head, Optional.of(masterName));
  }

  private boolean manifestHasMaster(String name) {
    return entries(BundleLayout.masters()).keySet().stream()
        .anyMatch(p -> p.startsWith(TreePath.of(name)));
  }

  /** Returns the master whose part of the version this is; empty for the parts of all masters. */
  Optional<String> master() {
    return master;
  }

  private void keepPart(Map<String, byte[]> meta, Optional<String> part) {
    String folder = BundleLayout.OF_MASTERS.rawName() + "/";
    meta.forEach(
        (name, content) -> {
          if (name.startsWith(folder)
              && name.endsWith("/" + BundleLayout.OWN)
              && !name.equals(folder + part.orElse("") + "/" + BundleLayout.OWN)) {
            new String(content, ISO_8859_1).lines().forEach(ofOthers::add);
          }
        });
  }

  private byte[] meta(Map<String, byte[]> meta, TreePath name) {
    byte[] content = meta.get(name.relativeTo(BundleLayout.META).raw());
    if (content == null) {
      throw damaged(name + " is missing", null);
    }
    return content;
  }

  private String text(Map<String, byte[]> meta, TreePath name) {
    return new String(meta(meta, name), UTF_8);
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  String cluster() {
    return head.cluster();
  }

  String version() {
    return head.version();
  }

  /** Returns the path of the release on a master. */
  String releasePath() {
    return head.directory() + "/" + head.cluster() + "/releases/" + head.version();
  }

  Source source() {
    return source;
  }

  /** Whether the manifest records hard links. */
  boolean hasHardLinks() {
    return hasHardLinks;
  }

  ManifestSections manifest() {
    return manifest;
  }

  /** Returns the nodes by name, in the order of the descriptor. */
  Map<String, Node> nodes() {
    return nodes;
  }

  /** Returns the lines of the package lock of each image, by the name of the image. */
  Map<String, List<String>> packages() {
    return packages;
  }

  /**
   * Returns the path of the kernel or initramfs in an image; empty if the bundle does not record
   * it.
   */
  Optional<String> bootFileInImage(String image, String name) {
    return textOf(images.path(image).path(name));
  }

  /** Returns the path in the image of the kernel or initramfs that a group selects. */
  Optional<String> bootFileOfGroup(String group, String name) {
    return textOf(groupKernels.path(group).path(name));
  }

  private static Optional<String> textOf(JsonNode node) {
    String path = node.asString("");
    return path.isEmpty() ? Optional.empty() : Optional.of(path);
  }

  /** Returns the entries of a folder by their paths relative to the folder. */
  NavigableMap<TreePath, Entry> entries(TreePath folder) {
    try {
      if (!ofOthers.isEmpty() && folder.equals(BundleLayout.master())) {
        return masterEntries(TreePath.of(master.orElseThrow()));
      }
      NavigableMap<TreePath, Entry> entries = manifest.entries(folder.raw());
      if (!ofOthers.isEmpty() && folder.equals(BundleLayout.boot())) {
        entries.keySet().removeIf(path -> ofOthers.contains(folder.resolve(path).raw()));
      } else if (!ofOthers.isEmpty() && folder.equals(BundleLayout.masters())) {
        entries.clear();
      }
      return entries;
    } catch (IllegalArgumentException e) {
      throw damaged(e.getMessage(), e);
    }
  }

  private NavigableMap<TreePath, Entry> masterEntries(TreePath name) {
    NavigableMap<TreePath, Entry> own = new TreeMap<>();
    manifest
        .entries(BundleLayout.masters().raw())
        .forEach(
            (path, entry) -> {
              if (path.startsWith(name)) {
                own.put(path.relativeTo(name), entry);
              }
            });
    return own;
  }

  /** Returns the root trees of this version. */
  RecordedTrees trees() {
    return trees;
  }

  /**
   * Reads a part of this version.
   *
   * @throws ProblemException if the part is damaged
   */
  <T> T read(Supplier<T> part) {
    try {
      return part.get();
    } catch (IllegalArgumentException e) {
      throw damaged(e.getMessage(), e);
    }
  }

  ProblemException damaged(String what, Throwable cause) {
    return new ProblemException(
        Problem.error(source + " is damaged: " + what, source.remedy()), cause);
  }
}
