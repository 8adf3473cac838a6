package dev.diskless.master;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Trees of the installed releases of a master, and the changes between them. Reads each once. */
public final class InstalledReleases {

  private final MasterHost host;
  private final Map<String, InstalledTrees> trees = new HashMap<>();
  private final Map<List<String>, ReleaseChanges> changes = new HashMap<>();

  public InstalledReleases(MasterHost host) {
    this.host = host;
  }

  /**
   * Returns the trees of a release.
   *
   * @throws dev.diskless.problem.ProblemException if the release is damaged
   */
  InstalledTrees trees(String version) throws IOException {
    InstalledTrees known = trees.get(version);
    if (known == null) {
      known = InstalledTrees.of(host.release(version));
      trees.put(version, known);
    }
    return known;
  }

  /**
   * Returns the changes between two releases.
   *
   * @param before release that nodes have booted
   * @param after release that nodes get
   * @throws dev.diskless.problem.ProblemException if a release is damaged
   */
  public ReleaseChanges between(String before, String after) throws IOException {
    ReleaseChanges known = changes.get(List.of(before, after));
    if (known == null) {
      known =
          new ReleaseChanges(
              trees(before),
              trees(after),
              InstalledCluster.nodes(host, before),
              InstalledCluster.nodes(host, after));
      changes.put(List.of(before, after), known);
    }
    return known;
  }
}
