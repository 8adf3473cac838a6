package dev.diskless.mojo;

import dev.diskless.master.MasterNeeds;
import dev.diskless.master.Preflight;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import java.io.IOException;
import java.nio.file.Files;
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
public final class PreflightMojo extends AbstractInstalledMojo {

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

  @Inject
  public PreflightMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject project) throws IOException {
    int seconds = wait == null ? isThisMachine() ? 3 : 0 : wait;
    Preflight found =
        Preflight.of(
            needs(project),
            root(),
            Optional.of(seconds).filter(s -> s > 0).map(Duration::ofSeconds),
            acceptSharedFileSystem);
    found.well().forEach(line -> getLog().info("ok: " + line));
    List<Problem> errors = found.problems().stream().filter(Problem::isError).toList();
    tell(found.problems().stream().filter(p -> !p.isError()).toList());
    if (!errors.isEmpty()) {
      throw new ProblemException(errors);
    }
  }

  private MasterNeeds needs(ClusterProject project) throws IOException {
    Optional<String> which = Optional.ofNullable(master).filter(m -> !m.isBlank());
    if (bundle != null) {
      return MasterNeeds.ofBundle(bundleOrFile(artifact, bundle), which);
    }
    return Files.isRegularFile(project.bundle())
        ? MasterNeeds.ofBundle(project.bundle(), which)
        : MasterNeeds.ofActive(host(project));
  }
}
