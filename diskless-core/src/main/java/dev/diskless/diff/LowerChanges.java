package dev.diskless.diff;

import dev.diskless.bundle.BundleLayout;
import dev.diskless.diff.RootTree.Layer;
import dev.diskless.model.Node;
import dev.diskless.tree.Entry;
import dev.diskless.tree.TreePath;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What differs in what nodes have in common: their image with their group's layer over it. It is
 * found once for all nodes of the same image and group, before and after.
 */
final class LowerChanges {

  private final List<Layer> before;
  private final List<Layer> after;
  private final boolean areHardLinksKnown;
  private final NavigableSet<TreePath> paths = new TreeSet<>();

  LowerChanges(Side from, Node old, Side to, Node now) {
    TreePath oldImage = BundleLayout.image(old.group().image());
    TreePath oldGroup = BundleLayout.group(old.group().name());
    TreePath image = BundleLayout.image(now.group().image());
    TreePath group = BundleLayout.group(now.group().name());
    before = List.of(from.sharedLayer(oldGroup), from.sharedLayer(oldImage));
    after = List.of(to.sharedLayer(group), to.sharedLayer(image));
    NavigableSet<TreePath> candidates = new TreeSet<>();
    if (!oldImage.equals(image) || !from.isSame(image, to)) {
      addDifferent(before.get(1).entries(), after.get(1).entries(), candidates);
      candidates.addAll(before.get(1).hardLinks().keySet());
      candidates.addAll(after.get(1).hardLinks().keySet());
    }
    if (!oldGroup.equals(group) || !from.isSame(group, to)) {
      addDifferent(before.get(0).entries(), after.get(0).entries(), candidates);
      for (TreePath gone : oneSided(before.get(0).deleted(), after.get(0).deleted())) {
        candidates.addAll(before.get(1).below(gone));
        candidates.addAll(after.get(1).below(gone));
      }
    }
    areHardLinksKnown = from.hasHardLinks() && to.hasHardLinks();
    addHardLinks(candidates);
    RootTree old1 = new RootTree(before, areHardLinksKnown);
    RootTree new1 = new RootTree(after, areHardLinksKnown);
    for (TreePath path : candidates) {
      if (old1.isChanged(path, new1)) {
        paths.add(path);
      }
    }
  }

  /**
   * Adds all names of files of the image: what happens to one name can change the links of others.
   *
   * @param candidates paths to which something happens; takes the other names
   */
  void addHardLinks(Set<TreePath> candidates) {
    if (before.get(1).hardLinks().isEmpty() && after.get(1).hardLinks().isEmpty()) {
      return;
    }
    for (TreePath path : List.copyOf(candidates)) {
      candidates.addAll(before.get(1).hardLinks().getOrDefault(path, Set.of()));
      candidates.addAll(after.get(1).hardLinks().getOrDefault(path, Set.of()));
    }
  }

  /** Whether both versions record hard links. */
  boolean areHardLinksKnown() {
    return areHardLinksKnown;
  }

  /** The layers of the version before, the uppermost first. */
  List<Layer> before() {
    return before;
  }

  List<Layer> after() {
    return after;
  }

  /** The paths that differ. */
  NavigableSet<TreePath> paths() {
    return paths;
  }

  /** The paths that differ, at and below one. */
  List<TreePath> paths(TreePath below) {
    return paths.tailSet(below, true).stream().takeWhile(p -> p.startsWith(below)).toList();
  }

  /** Of the paths of two layers those that are not in both alike. */
  static void addDifferent(
      NavigableMap<TreePath, Entry> before,
      NavigableMap<TreePath, Entry> after,
      Set<TreePath> different) {
    after.forEach(
        (path, entry) -> {
          Entry old = before.get(path);
          if (old == null || !old.equalsIgnoringTime(entry)) {
            different.add(path);
          }
        });
    before.keySet().stream().filter(p -> !after.containsKey(p)).forEach(different::add);
  }

  /** What only one of two sets has. */
  static Set<TreePath> oneSided(Set<TreePath> one, Set<TreePath> other) {
    if (Objects.equals(one, other)) {
      return Set.of();
    }
    Set<TreePath> sided = new HashSet<>(one);
    other.stream().filter(p -> !sided.remove(p)).forEach(sided::add);
    return sided;
  }

  /** All paths of these layers at and below one. */
  static Set<TreePath> below(List<Layer> layers, TreePath path) {
    Set<TreePath> found = new TreeSet<>();
    layers.forEach(l -> found.addAll(l.below(path)));
    return found;
  }
}
