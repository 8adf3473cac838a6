package dev.diskless.mojo;

import dev.diskless.master.MasterHost;
import dev.diskless.master.Prune;
import dev.diskless.master.PruneRequest;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * On the master: removes releases that nothing needs. Kept are the active one, the one that a
 * rollback goes to, as many of the newest as <code>diskless.keep</code> says, and each that a node
 * runs or may run: of a node that does not answer, what it last said and all that was active since.
 */
@Mojo(name = "prune", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class PruneMojo extends AbstractInstalledMojo {

  /** How many releases are kept at least, those last active first. */
  @Parameter(property = "diskless.keep", defaultValue = "2")
  private int keep;

  /**
   * Nodes that do not answer and are known to be switched off, with commas between them; <code>all
   * </code> for all that do not answer. What only they may run goes.
   */
  @Parameter(property = "diskless.prune.unreachable", defaultValue = "")
  private String unreachable;

  /**
   * What becomes of a release whose trees nodes have written into: <code>keep</code>, or <code>
   * remove</code> with all that they wrote.
   */
  @Parameter(property = "diskless.prune.drift", defaultValue = "keep")
  private String drift;

  /** Paths on nodes where changes do not count, with commas between them. */
  @Parameter(property = "diskless.drift.ignore", defaultValue = "/tmp,/run,/var/tmp,/var/cache")
  private String ignore;

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

  @Inject
  public PruneMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject project) throws IOException {
    if (keep < 1) {
      throw new ProblemException(
          Problem.error(
              "diskless.keep is " + keep,
              "set it to 1 or more, because the active" + " release stays"));
    }
    MasterHost host = host(project);
    PruneRequest request =
        new PruneRequest(keep, off(), dropDrift(), list(ignore), asking(host, ssh, timeout, false));
    if (dryRun) {
      Prune.plan(host, request, project.progress());
    } else {
      Prune.run(host, request, project.progress());
    }
  }

  private boolean dropDrift() {
    return switch (drift) {
      case "keep" -> false;
      case "remove" -> true;
      default ->
          throw new ProblemException(
              Problem.error(
                  "diskless.prune.drift=%s: \"%s\" is neither keep nor remove"
                      .formatted(drift, drift),
                  ""));
    };
  }

  private Set<String> off() {
    return list(unreachable).stream()
        .map(n -> n.equals("all") ? PruneRequest.ALL : n)
        .collect(Collectors.toSet());
  }
}
