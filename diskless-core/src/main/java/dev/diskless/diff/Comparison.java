package dev.diskless.diff;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.diff.Difference.Block;
import dev.diskless.diff.Difference.ImageChange;
import dev.diskless.diff.Difference.KernelChange;
import dev.diskless.diff.Difference.Reboot;
import dev.diskless.diff.Difference.SettingChange;
import dev.diskless.diff.Difference.VersionName;
import dev.diskless.diff.PathChange.NodePair;
import dev.diskless.master.RebootRule;
import dev.diskless.master.ServiceAction;
import dev.diskless.model.Group;
import dev.diskless.model.Node;
import dev.diskless.model.Scope;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.Entry;
import dev.diskless.tree.FileTree;
import dev.diskless.tree.TreeDiff;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares two versions. Images and layers of groups are compared once for all their nodes. A
 * thousand nodes therefore cost only the comparison of their own layers.
 */
public final class Comparison {

  private static final Pattern MAC = Pattern.compile("[0-9a-f]{2}(?:-[0-9a-f]{2}){5}(?![0-9a-f-])");

  private static final Pattern KERNEL_FILE =
      Pattern.compile("(groups/)?([^/]+)/(vmlinuz|initrd\\.img)");

  /**
   * Lines of PXELINUX, GRUB and iPXE with the kernel's command line. The path of the kernel is not
   * part of the command line, because another path does not change what the kernel does.
   */
  private static final Pattern COMMAND_LINE =
      Pattern.compile("(?m)^\\s*(?:APPEND|(?:linux|kernel)\\s+\\S+)\\s+(.*)$");

  private final ComparedVersion from;
  private final ComparedVersion to;
  private final List<NodePair> pairs = new ArrayList<>();

  /** Shared paths that differ, each with the indexes of the nodes that have the change. */
  private final Map<PathChange, BitSet> shared = new LinkedHashMap<>();

  private final List<PathChange> own = new ArrayList<>();
  private final List<PathChange> boot = new ArrayList<>();
  private final List<PathChange> master = new ArrayList<>();

  /** Changes of the files of several masters. Each path starts with the name of the master. */
  private final List<PathChange> masters = new ArrayList<>();

  private final List<KernelChange> kernels = new ArrayList<>();
  private final List<Set<String>> reasons = new ArrayList<>();

  /** Indexes of the nodes that must reboot to get changed files. */
  private final BitSet fileReboots = new BitSet();

  /** Indexes of the nodes with changed files that they can get without a reboot. */
  private final BitSet refreshes = new BitSet();

  private int onlyVersion;

  private Comparison(ComparedVersion from, ComparedVersion to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Compares two versions.
   *
   * @throws ProblemException if the versions are of two clusters, or a version is damaged
   */
  public static Difference of(ComparedVersion from, ComparedVersion to) throws IOException {
    if (!from.cluster().equals(to.cluster())) {
      throw new ProblemException(
          "%s belongs to cluster %s, but %s belongs to cluster %s"
              .formatted(from.source(), from.cluster(), to.source(), to.cluster()),
          "choose two versions of the same cluster");
    }
    // A release on one of several masters is compared with the part of that master in the bundle.
    ComparedVersion ofSameMaster = to.master().isPresent() ? from.of(to.master().get()) : from;
    return new Comparison(ofSameMaster, from.master().isPresent() ? to.of(from.master().get()) : to)
        .run();
  }

  private Difference run() throws IOException {
    to.nodes()
        .forEach(
            (name, node) -> {
              if (from.nodes().containsKey(name)) {
                pairs.add(new NodePair(pairs.size(), from.nodes().get(name), node));
                reasons.add(new LinkedHashSet<>());
              }
            });
    compareTrees();
    compareBoot();
    compareFolder(BundleLayout.master(), TreePath.ROOT, TreePath.ROOT, master);
    compareFolder(BundleLayout.masters(), TreePath.ROOT, TreePath.ROOT, masters);
    List<PathChange> all = new ArrayList<>(shared.keySet());
    all.addAll(own);
    all.addAll(boot);
    all.addAll(master);
    all.addAll(masters);
    FileChanges texts = FileChanges.read(from, to, all);
    List<SettingChange> settings = settings();
    compareKernels();
    List<Block> blocks = blocks(texts);
    return new Difference(
        to.cluster(),
        new VersionName(from.version(), from.source().toString()),
        new VersionName(to.version(), to.source().toString()),
        to.nodes().size(),
        onlyIn(to, from),
        onlyIn(from, to),
        settings,
        images(),
        kernels,
        blocks,
        plain(boot, texts),
        Stream.concat(plain(master, texts).stream(), plain(masters, texts).stream()).toList(),
        reboots(),
        names(refreshes),
        pairs.stream()
            .filter(p -> reasons.get(p.index()).isEmpty() && !refreshes.get(p.index()))
            .map(p -> p.after().name())
            .toList(),
        ServiceAction.of(
            Stream.concat(
                    master.stream().map(PathChange::path),
                    masters.stream().map(c -> c.path().substring(c.path().indexOf('/', 1))))
                .distinct()
                .toList()),
        onlyVersion);
  }

  private static List<String> onlyIn(ComparedVersion one, ComparedVersion other) {
    return one.nodes().keySet().stream().filter(n -> !other.nodes().containsKey(n)).toList();
  }

  private void compareTrees() {
    /**
     * Layers below those of a node, in both versions.
     *
     * @param oldImage image in the old version
     * @param oldGroup group in the old version
     * @param image image in the new version
     * @param group group in the new version
     */
    record Lower(String oldImage, String oldGroup, String image, String group) {}
    Map<Lower, List<NodePair>> alike = new LinkedHashMap<>();
    for (NodePair pair : pairs) {
      Node old = pair.before();
      Node now = pair.after();
      alike
          .computeIfAbsent(
              new Lower(
                  old.group().image(), old.group().name(), now.group().image(), now.group().name()),
              k -> new ArrayList<>())
          .add(pair);
    }
    Map<List<String>, TreeDiff> images = new HashMap<>();
    alike.forEach(
        (lower, nodes) ->
            compareNodes(
                nodes,
                compareGroups(
                    lower.oldGroup(),
                    lower.group(),
                    images.computeIfAbsent(
                        List.of(lower.oldImage(), lower.image()),
                        i -> compareImages(lower.oldImage(), lower.image())))));
  }

  private TreeDiff compareImages(String oldName, String name) {
    TreePath folder = BundleLayout.image(name);
    FileTree old = from.read(() -> from.trees().image(BundleLayout.image(oldName)));
    boolean isSame = oldName.equals(name) && from.trees().isSame(folder, to.trees());
    FileTree now = isSame ? old : to.read(() -> to.trees().image(folder));
    return TreeDiff.of(old, now, from.hasHardLinks() && to.hasHardLinks());
  }

  /**
   * Compares the tree that all nodes of a group share: the image with the group's layer over it.
   */
  private TreeDiff compareGroups(String oldName, String name, TreeDiff images) {
    TreePath folder = BundleLayout.group(name);
    FileTree old = from.read(() -> from.trees().over(images.before(), BundleLayout.group(oldName)));
    boolean isSame =
        images.before() == images.after()
            && oldName.equals(name)
            && from.trees().isSame(folder, to.trees());
    FileTree now = isSame ? old : to.read(() -> to.trees().over(images.after(), folder));
    return images.over(old, now).including(images);
  }

  private void compareNodes(List<NodePair> nodes, TreeDiff group) {
    BitSet all = new BitSet();
    nodes.forEach(n -> all.set(n.index()));
    Map<TreePath, BitSet> without = new HashMap<>();
    nodes.forEach(n -> compareNode(n, group, without));
    for (TreePath path : group.different()) {
      BitSet some = all;
      if (without.containsKey(path)) {
        some = (BitSet) all.clone();
        some.andNot(without.get(path));
      }
      if (!some.isEmpty()) {
        shared.computeIfAbsent(change(path, group, Optional.empty()), c -> new BitSet()).or(some);
      }
    }
  }

  private static PathChange change(TreePath path, TreeDiff diff, Optional<NodePair> node) {
    return PathChange.of(diff.change(path), diff.before(), diff.after(), node);
  }

  /**
   * Compares the own layers of a node.
   *
   * @param without receives the nodes that do not share the change of a path, because their own
   *     layer hides or changes the path
   */
  private void compareNode(NodePair pair, TreeDiff group, Map<TreePath, BitSet> without) {
    TreePath oldFolder = BundleLayout.node(pair.before().name());
    TreePath folder = BundleLayout.node(pair.after().name());
    if (group.different().isEmpty() && from.trees().isSame(folder, to.trees())) {
      return;
    }
    FileTree old = from.read(() -> from.trees().over(group.before(), oldFolder));
    FileTree now = to.read(() -> to.trees().over(group.after(), folder));
    TreeDiff diff = group.over(old, now);
    for (TreePath path : diff.examined()) {
      if (group.different().contains(path)) {
        without.computeIfAbsent(path, p -> new BitSet()).set(pair.index());
      }
    }
    for (TreePath path : diff.different()) {
      own.add(change(path, diff, Optional.of(pair)));
    }
  }

  /** Files only: the folders of the master and of the TFTP root are the build's own. */
  private void compareFolder(
      TreePath folder, TreePath oldBelow, TreePath nowBelow, List<PathChange> changes) {
    FileTree old = from.read(() -> files(from, folder, oldBelow));
    FileTree now = to.read(() -> files(to, folder, nowBelow));
    // Only boot files are hard links, of files of images. Their content alone counts.
    TreeDiff diff = TreeDiff.of(old, now, false);
    for (TreePath path : diff.different()) {
      TreeDiff.Change change = diff.change(path);
      if (!change.before().or(change::after).orElseThrow().isDirectory()) {
        changes.add(PathChange.of(change, old, now, Optional.empty()));
      }
    }
  }

  /**
   * Returns the files of a folder.
   *
   * @param leaveOut folder that is left out of the paths of its files
   */
  private static FileTree files(ComparedVersion compared, TreePath folder, TreePath leaveOut) {
    Map<TreePath, Entry> files = new HashMap<>();
    compared
        .entries(folder)
        .forEach(
            (path, entry) -> {
              if (!entry.isDirectory()) {
                TreePath name = path.startsWith(leaveOut) ? path.relativeTo(leaveOut) : path;
                files.put(name, entry.withPath(name));
              }
            });
    return FileTree.of(files.values());
  }

  /**
   * Compares the boot files. The folder with the name of the version is left out of their paths.
   */
  private void compareBoot() {
    List<PathChange> all = new ArrayList<>();
    compareFolder(BundleLayout.boot(), TreePath.of(from.version()), TreePath.of(to.version()), all);
    Map<String, NodePair> oldNodes = new HashMap<>();
    Map<String, NodePair> nodes = new HashMap<>();
    for (NodePair pair : pairs) {
      oldNodes.put(pair.before().hyphenMac(), pair);
      nodes.put(pair.after().hyphenMac(), pair);
    }
    Set<String> known =
        from.nodes().values().stream().map(Node::hyphenMac).collect(Collectors.toSet());
    to.nodes().values().forEach(n -> known.add(n.hyphenMac()));
    Map<List<Object>, PathChange> moved = new LinkedHashMap<>();
    for (PathChange change : all) {
      String path = change.path().substring(1);
      Matcher kernel = KERNEL_FILE.matcher(path);
      Matcher mac = MAC.matcher(path);
      if (kernel.matches()) {
        kernels.add(kernel(change, kernel));
      } else if (mac.find() && known.contains(mac.group())) {
        // A node with a new network card has a new file name. The report lists added and removed
        // nodes separately.
        String folded = "boot/" + mac.replaceFirst("@mac@");
        if (change.before() != null && oldNodes.containsKey(mac.group())) {
          add(moved, oldNodes.get(mac.group()), path, folded, change.before(), null);
        }
        if (change.after() != null && nodes.containsKey(mac.group())) {
          add(moved, nodes.get(mac.group()), path, folded, null, change.after());
        }
      } else {
        boot.add(
            new PathChange(
                "boot/" + path, "boot/" + path, change.before(), change.after(), Optional.empty()));
      }
    }
    own.addAll(moved.values());
  }

  private static void add(
      Map<List<Object>, PathChange> changes,
      NodePair pair,
      String path,
      String folded,
      PathChange.File before,
      PathChange.File after) {
    changes.merge(
        List.of(pair.index(), folded),
        new PathChange("boot/" + path, folded, before, after, Optional.of(pair)),
        (old, now) ->
            new PathChange(
                now.path(),
                folded,
                old.before() == null ? now.before() : old.before(),
                old.after() == null ? now.after() : old.after(),
                now.node()));
  }

  private KernelChange kernel(PathChange change, Matcher path) {
    boolean isGroups = path.group(1) != null;
    String file = path.group(3);
    return new KernelChange(
        (isGroups ? "group " : "image ") + path.group(2),
        file.equals("vmlinuz") ? "kernel" : "initramfs",
        change.before() == null ? "added" : change.after() == null ? "removed" : "changed",
        inImage(from, isGroups, path.group(2), file),
        inImage(to, isGroups, path.group(2), file));
  }

  private static Optional<String> inImage(
      ComparedVersion compared, boolean isGroups, String name, String file) {
    return isGroups ? compared.bootFileOfGroup(name, file) : compared.bootFileInImage(name, file);
  }

  /** Finds the nodes that boot a different kernel or initramfs. */
  private void compareKernels() {
    Map<TreePath, Entry> old = from.entries(BundleLayout.boot());
    Map<TreePath, Entry> now = to.entries(BundleLayout.boot());
    for (NodePair pair : pairs) {
      for (String file : List.of("vmlinuz", "initrd.img")) {
        if (!digest(from, old, pair.before(), file).equals(digest(to, now, pair.after(), file))) {
          reasons.get(pair.index()).add(file.equals("vmlinuz") ? "kernel" : "initramfs");
        }
      }
    }
  }

  private static String digest(
      ComparedVersion compared, Map<TreePath, Entry> boot, Node node, String file) {
    TreePath version = TreePath.of(compared.version());
    Group group = node.group();
    String own = Scope.of(group).path();
    // A group with a kernel of its own may start without an initramfs.
    boolean hasOwn = boot.containsKey(version.resolve(own + "/vmlinuz"));
    Entry entry = boot.get(version.resolve((hasOwn ? own : group.image()) + "/" + file));
    return entry == null ? "" : PathChange.digest(entry);
  }

  private List<SettingChange> settings() {
    Map<List<String>, List<String>> nodes = new LinkedHashMap<>();
    for (NodePair pair : pairs) {
      Node old = pair.before();
      Node now = pair.after();
      setting("image", old.group().image(), now.group().image(), pair, "image", nodes);
      setting(
          "root mode",
          old.group().root().keyword(),
          now.group().root().keyword(),
          pair,
          "root mode",
          nodes);
      setting(
          "address", old.address().toString(), now.address().toString(), pair, "address", nodes);
      setting("MAC address", old.colonMac(), now.colonMac(), pair, "MAC address", nodes);
      setting("group", old.group().name(), now.group().name(), pair, "", nodes);
      setting("boot", old.group().boot().keyword(), now.group().boot().keyword(), pair, "", nodes);
    }
    return nodes.entrySet().stream()
        .map(
            s ->
                new SettingChange(
                    s.getKey().get(0), s.getKey().get(1), s.getKey().get(2), s.getValue()))
        .toList();
  }

  private void setting(
      String name,
      String old,
      String now,
      NodePair pair,
      String reason,
      Map<List<String>, List<String>> nodes) {
    if (!Objects.equals(old, now)) {
      nodes
          .computeIfAbsent(List.of(name, old, now), k -> new ArrayList<>())
          .add(pair.after().name());
      if (!reason.isEmpty()) {
        reasons.get(pair.index()).add(reason);
      }
    }
  }

  private List<ImageChange> images() {
    Set<String> names = new TreeSet<>(from.packages().keySet());
    names.addAll(to.packages().keySet());
    List<ImageChange> images = new ArrayList<>();
    for (String name : names) {
      List<String> old = from.packages().get(name);
      List<String> now = to.packages().get(name);
      if (old == null || now == null) {
        images.add(new ImageChange(name, old == null ? "added" : "removed", List.of()));
      } else if (!old.equals(now)) {
        images.add(new ImageChange(name, "changed", PackageChange.of(old, now)));
      }
    }
    return images;
  }

  private List<Block> blocks(FileChanges texts) {
    Map<FileChange, BitSet> nodes = new LinkedHashMap<>();
    Map<FileChange, PathChange> examples = new HashMap<>();
    Map<Group, BitSet> groups = new LinkedHashMap<>();
    pairs.forEach(
        p -> groups.computeIfAbsent(p.before().group(), g -> new BitSet()).set(p.index()));
    shared.forEach(
        (path, some) ->
            texts
                .folded(path)
                .ifPresentOrElse(
                    change -> {
                      nodes.computeIfAbsent(change, c -> new BitSet()).or(some);
                      addEffect(path, some, groups);
                    },
                    () -> onlyVersion++));
    for (PathChange path : own) {
      NodePair pair = path.node().orElseThrow();
      Optional<FileChange> folded = texts.folded(path);
      if (folded.isEmpty()) {
        onlyVersion++;
      } else {
        nodes.computeIfAbsent(folded.get(), c -> new BitSet()).set(pair.index());
        examples.putIfAbsent(folded.get(), path);
        if (path.path().startsWith("/")) {
          (requiresReboot(path, pair.before().group()) ? fileReboots : refreshes).set(pair.index());
        } else if (isOtherCommandLine(path, texts)) {
          reasons.get(pair.index()).add("kernel arguments");
        }
      }
    }
    fileReboots.stream().forEach(n -> reasons.get(n).add("files"));
    Map<BitSet, List<FileChange>> blocks = new LinkedHashMap<>();
    nodes.forEach(
        (change, some) -> {
          // The change of a single node needs no placeholders.
          FileChange shown =
              some.cardinality() == 1 && examples.containsKey(change)
                  ? texts.plain(examples.get(change)).orElse(change)
                  : change;
          blocks.computeIfAbsent(some, s -> new ArrayList<>()).add(shown);
        });
    return blocks.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<BitSet, List<FileChange>>>comparingInt(
                    b -> -b.getKey().cardinality())
                .thenComparingInt(b -> b.getKey().nextSetBit(0)))
        .map(b -> new Block(names(b.getKey()), sorted(b.getValue())))
        .toList();
  }

  /** Adds nodes with a changed path to those that must reboot, or to those that can refresh. */
  private void addEffect(PathChange path, BitSet nodes, Map<Group, BitSet> groups) {
    groups.forEach(
        (group, members) -> {
          if (members.intersects(nodes)) {
            BitSet some = (BitSet) members.clone();
            some.and(nodes);
            (requiresReboot(path, group) ? fileReboots : refreshes).or(some);
          }
        });
  }

  private static boolean requiresReboot(PathChange path, Group group) {
    Optional<Entry> before = Optional.ofNullable(path.before()).map(PathChange.File::entry);
    Optional<Entry> after = Optional.ofNullable(path.after()).map(PathChange.File::entry);
    TreePath name = before.or(() -> after).orElseThrow().path();
    return RebootRule.requiresReboot(group, name, before, after);
  }

  private List<String> names(BitSet nodes) {
    return nodes.stream().mapToObj(n -> pairs.get(n).after().name()).toList();
  }

  private static List<FileChange> sorted(List<FileChange> changes) {
    return changes.stream().sorted(Comparator.comparing(FileChange::path)).toList();
  }

  private boolean isOtherCommandLine(PathChange path, FileChanges texts) {
    NodePair pair = path.node().orElseThrow();
    ValuePlaceholders old = ValuePlaceholders.of(from, pair.before(), pair.after(), "old");
    ValuePlaceholders now = ValuePlaceholders.of(to, pair.after(), pair.before(), "new");
    Optional<String> was = texts.textBefore(path).flatMap(t -> commandLine(old, path, t));
    Optional<String> is = texts.textAfter(path).flatMap(t -> commandLine(now, path, t));
    return was.isPresent() && is.isPresent() && !was.equals(is);
  }

  private static Optional<String> commandLine(
      ValuePlaceholders placeholders, PathChange path, String text) {
    Matcher line = COMMAND_LINE.matcher(placeholders.replace(path.path(), text));
    // PXELINUX names the kernel in an earlier line, so the last match is the command line.
    String last = null;
    while (line.find()) {
      last = line.group(1);
    }
    return Optional.ofNullable(last);
  }

  private List<FileChange> plain(List<PathChange> paths, FileChanges texts) {
    List<FileChange> changes = new ArrayList<>();
    for (PathChange path : paths) {
      texts.plain(path).ifPresentOrElse(changes::add, () -> onlyVersion++);
    }
    return changes;
  }

  private List<Reboot> reboots() {
    Map<List<String>, List<String>> nodes = new LinkedHashMap<>();
    for (NodePair pair : pairs) {
      Set<String> why = reasons.get(pair.index());
      if (!why.isEmpty()) {
        nodes
            .computeIfAbsent(why.stream().sorted().toList(), k -> new ArrayList<>())
            .add(pair.after().name());
      }
    }
    return nodes.entrySet().stream().map(r -> new Reboot(r.getKey(), r.getValue())).toList();
  }
}
