package dev.diskless.mojo;

import dev.diskless.master.Activation;
import dev.diskless.master.ActivationRequest;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * On the master: installs a bundle beside the release that is served, has the servers' own programs
 * check what they would read, switches by one rename, and reloads the services. Until the switch
 * nothing that is served changes; when a service fails after it, all is put back.
 */
@Mojo(name = "activate", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class ActivateMojo extends AbstractReleaseMojo {

  /** The version to activate. */
  @Parameter(property = "diskless.version", defaultValue = "${project.version}")
  private String version;

  /** The project of the cluster, as <code>groupId:artifactId</code>. */
  @Parameter(
      property = "diskless.artifact",
      defaultValue = "${project.groupId}:${project.artifactId}")
  private String artifact;

  /** A bundle's file, instead of one from a repository. */
  @Parameter(property = "diskless.bundle")
  private File bundle;

  /**
   * The master that this machine is, where the bundle is for several. By default the one that has
   * its name, or one of its addresses.
   */
  @Parameter(property = "diskless.master")
  private String master;

  /** Replaces a release of the same version that has other content. */
  @Parameter(property = "diskless.replace", defaultValue = "false")
  private boolean replace;

  /**
   * Reads each file that is to be shared with an installed release and compares its SHA-256. By
   * default its size, time, owner and mode are compared.
   */
  @Parameter(property = "diskless.verifyLinks", defaultValue = "false")
  private boolean verifyLinks;

  @Inject
  public ActivateMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    Path file =
        bundle == null
            ? bundleOf(
                artifact,
                version,
                "choose a published version with -Ddiskless.version=, or a file with"
                    + " -Ddiskless.bundle=")
            : bundle.toPath();
    getLog().info("bundle: " + file);
    ActivationRequest request =
        new ActivationRequest(
            file,
            Optional.ofNullable(master).filter(m -> !m.isBlank()),
            root(),
            replace,
            verifyLinks,
            withServices());
    if (isDryRun()) {
      Activation.plan(request, cluster.progress());
    } else {
      tell(Activation.run(request, cluster.progress()));
    }
  }
}
