package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.PruneGoal;
import dev.diskless.goal.SshOptions;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * On the master: removes releases that nothing needs. Kept are the active one, the one that a
 * rollback goes to, as many of the newest as <code>diskless.keep</code> says, and each that a node
 * runs or may run: of a node that does not answer, what it last said and all that was active since.
 */
@Mojo(name = "prune", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class PruneMojo extends AbstractMasterMojo {

  /** How many releases are kept at least, those last active first. */
  @Parameter(property = "diskless.keep", defaultValue = "2")
  private int keep;

  /**
   * Nodes that do not answer and are known to be switched off, with commas between them; <code>all
   * </code> for all that do not answer. What only they may run goes.
   */
  @Parameter(property = "diskless.prune.unreachable")
  private List<String> unreachable;

  /**
   * What becomes of a release whose trees nodes have written into: <code>keep</code>, or <code>
   * remove</code> with all that they wrote.
   */
  @Parameter(property = "diskless.prune.drift", defaultValue = "keep")
  private String drift;

  /** Paths on nodes where changes do not count, with commas between them. */
  @Parameter(property = "diskless.drift.ignore", defaultValue = "/tmp,/run,/var/tmp,/var/cache")
  private List<String> ignore;

  /** Tells what would become of each release, and removes none. */
  @Parameter(property = "diskless.dryRun", defaultValue = "false")
  private boolean dryRun;

  /**
   * A program that reaches nodes in the place of the library: <code>ssh</code>, or what takes its
   * arguments; <code>none</code> asks nobody. By default they are asked where <code>diskless.root
   * </code> is <code>/</code>, with the keys of whoever runs this.
   */
  @Parameter(property = "diskless.ssh")
  private String ssh;

  /** How long each node has to answer, in seconds. */
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
