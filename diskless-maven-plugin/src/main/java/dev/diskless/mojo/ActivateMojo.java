package dev.diskless.mojo;

import dev.diskless.goal.ActivateGoal;
import dev.diskless.goal.Goal;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * On the master: installs a bundle beside the active release and switches to it. First, programs of
 * the servers check their new configuration. The switch is one rename. Then the goal reloads
 * services. If a service fails, the goal switches back.
 */
@Mojo(name = "activate", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class ActivateMojo extends AbstractGoalMojo {

  /** Version in a repository. By default the bundle that <code>mvn package</code> made. */
  @Parameter(property = "diskless.version")
  private String version;

  /** Project of the cluster as <code>groupId:artifactId</code>. */
  @Parameter(
      property = "diskless.artifact",
      defaultValue = "${project.groupId}:${project.artifactId}")
  private String artifact;

  /** File of a bundle, instead of a bundle from a repository. */
  @Parameter(property = "diskless.bundle")
  private File bundle;

  /**
   * Name of this master if the bundle is for several masters. The default is the master with the
   * host name or with an address of this machine.
   */
  @Parameter(property = "diskless.master")
  private String master;

  /** Replaces an installed release that has the same version but different content. */
  @Parameter(property = "diskless.replace", defaultValue = "false")
  private boolean replace;

  /**
   * Reads each file that the new release could share with an installed release, and compares its
   * SHA-256. The default is to compare size, time, owner and mode.
   */
  @Parameter(property = "diskless.verifyLinks", defaultValue = "false")
  private boolean verifyLinks;

  /** Directory that replaces <code>/</code> of the master, to try the goal. */
  @Parameter(property = "diskless.root", defaultValue = "/")
  private File root;

  /** Prints each step, and does none. */
  @Parameter(property = "diskless.dryRun", defaultValue = "false")
  private boolean dryRun;

  /** How the bundle is compressed: <code>zstd</code> or <code>gzip</code>. */
  @Parameter(property = "diskless.compression", defaultValue = "zstd")
  private String compression;

  /**
   * Whether to reload services, and to switch back if a service fails. By default <code>true</code>
   * if <code>diskless.root</code> is <code>/</code>.
   */
  @Parameter(property = "diskless.services")
  private Boolean services;

  /**
   * Ids of repositories from which bundles may be downloaded without encryption, separated by
   * commas. Bundles are not downloaded over plain http from any other repository.
   */
  @Parameter(property = "diskless.allowHttp")
  private List<String> allowHttp;

  private final RepositorySystem repositories;

  @Inject
  public ActivateMojo(RepositorySystem repositories) {
    this.repositories = repositories;
  }

  @Override
  Goal goal() {
    return new ActivateGoal(
        chosen(),
        text(master),
        root.toPath(),
        replace,
        verifyLinks,
        services == null ? root.equals(new File("/")) : services,
        dryRun);
  }

  private Optional<Path> chosen() {
    BundleArtifacts bundles = new BundleArtifacts(repositories, session(), allowHttp);
    String remedy = "choose a version with -Ddiskless.version=, or a file with -Ddiskless.bundle=";
    return Optional.ofNullable(bundle)
        .map(File::toPath)
        .or(() -> text(version).map(name -> bundles.version(artifact, name, remedy)));
  }

  @Override
  ClusterProject.Builder clusterProject() {
    BundleFormat format = BundleFormat.parse(compression);
    return super.clusterProject()
        .bundle(format.file(project()), format.compression())
        .installedBundle(format.installed(project(), session().getRepositorySession()));
  }
}
