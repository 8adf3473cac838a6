package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.PruneGoal;
import dev.diskless.goal.SshOptions;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * On the master: removes releases that nothing needs. The goal keeps the active release, the target
 * of a rollback, the newest releases (<code>diskless.keep</code>), and each release that a node
 * runs or may run. If a node does not answer, the goal keeps the release of its last answer and all
 * releases since.
 */
@Mojo(name = "prune", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class PruneMojo extends AbstractMasterMojo {

  /** Minimum number of releases to keep. Releases that were active last have priority. */
  @Parameter(property = "diskless.keep", defaultValue = "2")
  private int keep;

  /**
   * Nodes that are known to be switched off, separated by commas; <code>all</code> for all nodes
   * that do not answer. The goal may remove releases that only these nodes could run.
   */
  @Parameter(property = "diskless.prune.unreachable")
  private List<String> unreachable;

  /**
   * Whether to <code>keep</code> a release if nodes have changed files in its trees, or to <code>
   * remove</code> the release with these changes.
   */
  @Parameter(property = "diskless.prune.drift", defaultValue = "keep")
  private String drift;

  /** Paths on nodes whose changes the goal ignores, separated by commas. */
  @Parameter(property = "diskless.drift.ignore", defaultValue = "/tmp,/run,/var/tmp,/var/cache")
  private List<String> ignore;

  /** Prints the decision for each release without removing any. */
  @Parameter(property = "diskless.dryRun", defaultValue = "false")
  private boolean dryRun;

  /**
   * Program that connects to nodes instead of the built-in library: <code>ssh</code>, or a program
   * with the same arguments; <code>none</code> queries no node. By default, the goal queries nodes
   * if <code>diskless.root</code> is <code>/</code>, with the ssh keys of the current user.
   */
  @Parameter(property = "diskless.ssh")
  private String ssh;

  /** Time limit for the answer of each node, in seconds. */
  @Parameter(property = "diskless.timeout", defaultValue = "5")
  private int timeout;

  @Override
  Goal goal() {
    return new PruneGoal(
        master(),
        keep,
        list(unreachable),
        drift,
        list(ignore),
        new SshOptions(Optional.ofNullable(ssh), timeout),
        dryRun);
  }
}
