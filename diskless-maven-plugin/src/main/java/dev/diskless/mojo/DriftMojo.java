package dev.diskless.mojo;

import dev.diskless.master.Drift;
import dev.diskless.master.MasterHost;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * On the master: what nodes with <code>root: full</code> or <code>shared</code> changed in their
 * own trees since these were made. Nothing of it is lost when another release is activated, for the
 * old one's trees stay; but the new one's have it only where <code>state</code> in the descriptor
 * says so. Changes nothing.
 */
@Mojo(name = "drift", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class DriftMojo extends AbstractReportMojo {

  /** An installed release, or <code>all</code>; by default the active one. */
  @Parameter(property = "diskless.version")
  private String version;

  /** Paths on nodes where changes do not count, with commas between them. */
  @Parameter(property = "diskless.drift.ignore", defaultValue = "/tmp,/run,/var/tmp,/var/cache")
  private String ignore;

  /**
   * Reads every file and compares its SHA-256. By default only files are read whose time changed
   * and whose size did not.
   */
  @Parameter(property = "diskless.drift.thorough", defaultValue = "false")
  private boolean thorough;

  @Inject
  public DriftMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject project) throws IOException {
    MasterHost host = host(project);
    Drift drift = Drift.of(host, versions(host), list(ignore), thorough);
    print(drift.lines());
    write(project, "drift.json", drift.json());
  }

  private List<String> versions(MasterHost host) throws IOException {
    if ("all".equals(version)) {
      return host.releases();
    }
    return version == null ? List.of(host.requireActive()) : List.of(version);
  }
}
