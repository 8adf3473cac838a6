package dev.diskless.mojo;

import dev.diskless.master.MasterHost;
import dev.diskless.master.Status;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * On the master: the releases that are installed, with what each takes on the disk, and of each
 * node what it runs and since when, as it says itself over ssh, and what it would boot next.
 * Changes nothing but the record of what nodes said.
 */
@Mojo(name = "status", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class StatusMojo extends AbstractReportMojo {

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

  /** Whether releases are measured, which reads the name of every file in them. */
  @Parameter(property = "diskless.sizes", defaultValue = "true")
  private boolean sizes;

  @Inject
  public StatusMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject project) throws IOException {
    MasterHost host = host(project);
    Status status = Status.of(host, asking(host, ssh, timeout, sizes), project.progress());
    print(status.table());
    write(project, "status.json", status.json());
  }
}
