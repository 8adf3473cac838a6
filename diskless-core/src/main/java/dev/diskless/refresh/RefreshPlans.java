package dev.diskless.refresh;

import dev.diskless.master.InstalledReleases;
import dev.diskless.master.MasterHost;
import dev.diskless.master.NodeAnswer;
import dev.diskless.master.ReleaseChanges;
import dev.diskless.problem.ProblemException;
import dev.diskless.tree.TreeDiff;
import dev.diskless.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes the plans of nodes from the installed releases. Reads each release once. */
final class RefreshPlans {

  private final InstalledReleases releases;
  private final String target;
  private final List<String> installed;

  /**
   * @throws ProblemException if no release is active
   */
  RefreshPlans(MasterHost host) throws IOException {
    this.releases = new InstalledReleases(host);
    this.target = host.requireActive();
    this.installed = host.releases();
  }

  /** Returns the active release, which all nodes get. */
  String target() {
    return target;
  }

  /**
   * Returns the plan of a node.
   *
   * @param node name of the node
   * @param answer its answer, with the release that it has booted
   * @throws ProblemException if the node must reboot, because the master cannot compare its
   *     releases
   */
  RefreshPlan of(String node, NodeAnswer answer) throws IOException {
    String booted = answer.release().orElseThrow();
    String now = answer.refreshed().orElse(booted);
    for (String release : List.of(booted, now)) {
      if (!installed.contains(release)) {
        throw new ProblemException(
            "%s: release %s of the node is not installed on this master".formatted(node, release),
            "reboot the node");
      }
    }
    Map<TreePath, TreeDiff.Change> past =
        now.equals(booted) ? Map.of() : changes(node, booted, now).live();
    return RefreshPlan.of(
        node, booted, answer.refreshed(), target, past, changes(node, booted, target));
  }

  private ReleaseChanges.OfNode changes(String node, String before, String after)
      throws IOException {
    return releases
        .between(before, after)
        .of(node)
        .orElseThrow(
            () ->
                new ProblemException(
                    "%s: release %s or %s does not contain the node".formatted(node, before, after),
                    "reboot the node after it was added to the active release"));
  }

  /** Returns the file on the master with the new content of a path. */
  Path file(RefreshPlan plan, RefreshPlan.Step step) throws IOException {
    ReleaseChanges all = releases.between(plan.booted(), target);
    TreePath path = step.change().path();
    return step.isOfTarget() ? all.fileAfter(plan.node(), path) : all.fileBefore(plan.node(), path);
  }
}
