package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.PreflightGoal;
import dev.diskless.project.ClusterProject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * On the machine that is to be the master: looks for all that a bundle needs there. The servers'
 * programs, ports that others have, the kernel's NFS server, room on the disk, the address, and
 * whether another DHCP server answers. Changes nothing, and tells all that is missing at once.
 */
@Mojo(name = "preflight", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class PreflightMojo extends AbstractMasterMojo {

  /**
   * One in a repository, by its version, or a bundle's file. By default the project's bundle, and
   * without one the release that is active on this master.
   */
  @Parameter(property = "diskless.bundle")
  private String bundle;

  /** The project of the cluster, as <code>groupId:artifactId</code>. */
  @Parameter(
      property = "diskless.artifact",
      defaultValue = "${project.groupId}:${project.artifactId}")
  private String artifact;

  /**
   * The master that this machine is, where the bundle is for several. By default the one that has
   * one of its addresses.
   */
  @Parameter(property = "diskless.master")
  private String master;

  /**
   * How long to wait for other DHCP servers, in seconds, each of two times; 0 asks nobody. By
   * default 3 where <code>diskless.root</code> is <code>/</code>, and else 0.
   */
  @Parameter(property = "diskless.preflight.wait")
  private Integer wait;

  /**
   * Accepts that directories which nodes can write are on the file system of the master's <code>/
   * </code>, <code>/etc</code>, <code>/usr</code> or <code>/var</code>. Root of a node can guess
   * NFS file handles of all other files on such a file system.
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
        Optional.ofNullable(bundle)
            .map(
                name ->
                    new BundleArtifacts(repositories, session(), allowHttp)
                        .versionOrFile(artifact, name)),
        text(master),
        Optional.of(seconds).filter(s -> s > 0).map(Duration::ofSeconds),
        acceptSharedFileSystem);
  }

  @Override
  ClusterProject.Builder clusterProject() {
    BundleFormat format = BundleFormat.parse(compression);
    return super.clusterProject().bundle(format.file(project()), format.compression());
  }
}
