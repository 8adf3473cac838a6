package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.PreflightGoal;
import dev.diskless.project.ClusterProject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * On a future master: checks all requirements of a bundle. It checks programs of servers, used
 * ports, the NFS server of the kernel, disk space, addresses, and other DHCP servers. It reports
 * all missing requirements at once, and changes nothing.
 */
@Mojo(name = "preflight", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class PreflightMojo extends AbstractMasterMojo {

  /**
   * Bundle to check: a version in a repository, or a file. The default is the bundle of the
   * project, or else the active release of this master.
   */
  @Parameter(property = "diskless.bundle")
  private String bundle;

  /** Version in a repository to check, as for <code>activate</code>. */
  @Parameter(property = "diskless.version")
  private String version;

  /** Project of the cluster as <code>groupId:artifactId</code>. */
  @Parameter(
      property = "diskless.artifact",
      defaultValue = "${project.groupId}:${project.artifactId}")
  private String artifact;

  /**
   * Name of this master if the bundle is for several masters. The default is the master with an
   * address of this machine.
   */
  @Parameter(property = "diskless.master")
  private String master;

  /**
   * Time to wait for other DHCP servers, in seconds, for each of two requests; 0 sends no request.
   * The default is 3 if <code>diskless.root</code> is <code>/</code>, and else 0.
   */
  @Parameter(property = "diskless.preflight.wait")
  private Integer wait;

  /**
   * Accepts directories that nodes can write on the file system of <code>/</code>, <code>/etc
   * </code>, <code>/usr</code> or <code>/var</code> of the master. Root of a node can guess NFS
   * file handles of all other files on such a file system.
   */
  @Parameter(property = "diskless.acceptSharedFileSystem", defaultValue = "false")
  private boolean acceptSharedFileSystem;

  /** How the bundle is compressed: <code>zstd</code> or <code>gzip</code>. */
  @Parameter(property = "diskless.compression", defaultValue = "zstd")
  private String compression;

  /**
   * Ids of repositories from which bundles may be downloaded without encryption, separated by
   * commas. Bundles are not downloaded over plain http from any other repository.
   */
  @Parameter(property = "diskless.allowHttp")
  private List<String> allowHttp;

  private final RepositorySystem repositories;

  @Inject
  public PreflightMojo(RepositorySystem repositories) {
    this.repositories = repositories;
  }

  @Override
  Goal goal() {
    int seconds = wait == null ? master().isThisMachine() ? 3 : 0 : wait;
    return new PreflightGoal(
        master(),
        chosen(),
        text(master),
        Optional.of(seconds).filter(s -> s > 0).map(Duration::ofSeconds),
        acceptSharedFileSystem);
  }

  private Optional<Path> chosen() {
    BundleArtifacts bundles = new BundleArtifacts(repositories, session(), allowHttp);
    String remedy = "choose a version with -Ddiskless.version=, or a file with -Ddiskless.bundle=";
    return text(bundle)
        .map(name -> bundles.versionOrFile(artifact, name))
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
