package dev.diskless.refresh;

import dev.diskless.master.ReleaseChanges;
import dev.diskless.tree.TreeDiff;
import dev.diskless.tree.TreePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Files that a node needs to look like another release, and the actions after them.
 *
 * @param node name of the node
 * @param booted release that the node has booted
 * @param refreshed release that the node was refreshed to before; empty if it was not refreshed
 * @param target release that the node gets
 * @param steps changed paths, sorted; a parent comes before its children
 * @param atBoot paths that change only at the next boot
 */
record RefreshPlan(
    String node,
    String booted,
    Optional<String> refreshed,
    String target,
    List<Step> steps,
    NavigableSet<TreePath> atBoot) {

  /**
   * Changed path.
   *
   * @param change the path with its entries before and after
   * @param isOfTarget whether the entry after is from the target; otherwise it is from the booted
   *     release, because an earlier refresh is undone
   */
  record Step(TreeDiff.Change change, boolean isOfTarget) {}

  /**
   * Compares the releases of a node. A node that was refreshed before has the changes between the
   * booted release and that other release already.
   *
   * @param past changes from the booted release to the release of the last refresh
   * @param wanted changes from the booted release to the target
   */
  static RefreshPlan of(
      String node,
      String booted,
      Optional<String> refreshed,
      String target,
      Map<TreePath, TreeDiff.Change> past,
      ReleaseChanges.OfNode wanted) {
    List<Step> steps = new ArrayList<>();
    TreeSet<TreePath> paths = new TreeSet<>(past.keySet());
    paths.addAll(wanted.live().keySet());
    for (TreePath path : paths) {
      TreeDiff.Change old = past.get(path);
      TreeDiff.Change now = wanted.live().get(path);
      TreeDiff.Change change =
          new TreeDiff.Change(
              path,
              old != null ? old.after() : now.before(),
              now != null ? now.after() : old.before(),
              Set.of(),
              Set.of());
      if (!isSame(change)) {
        steps.add(new Step(change, now != null));
      }
    }
    return new RefreshPlan(node, booted, refreshed, target, steps, wanted.atBoot());
  }

  private static boolean isSame(TreeDiff.Change change) {
    return change.before().isPresent() && change.after().isPresent()
        ? change.before().get().equalsIgnoringTime(change.after().get())
        : change.before().isEmpty() && change.after().isEmpty();
  }

  /** Returns whether the node has all files and the record of the target. */
  boolean isDone() {
    return steps.isEmpty() && refreshed.orElse(booted).equals(target);
  }

  /** Returns the number of files and links that change. */
  long files() {
    return steps.stream()
        .map(s -> s.change().after().or(() -> s.change().before()).orElseThrow())
        .filter(e -> !e.isDirectory())
        .count();
  }

  /** Returns the changed paths. */
  List<String> paths() {
    return steps.stream().map(s -> s.change().path().toString()).toList();
  }

  /** Returns the actions of the node after the files are in place. */
  List<NodeAction> actions() {
    List<String> added = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (Step step : steps) {
      (step.change().before().isEmpty() ? added : changed).add(step.change().path().toString());
    }
    return NodeAction.after(added, changed);
  }
}
