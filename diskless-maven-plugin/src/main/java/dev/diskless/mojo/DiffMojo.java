package dev.diskless.mojo;

import dev.diskless.goal.DiffGoal;
import dev.diskless.goal.Goal;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * Reports what another version changes, for each node and for the master: files with their text
 * differences, packages, kernels, required reboots, and services to reload. The goal prints the
 * report, and writes <code>diff.json</code> and <code>diff.md</code> to <code>diskless.work</code>.
 * It unpacks and changes nothing.
 */
@Mojo(name = "diff", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class DiffMojo extends AbstractMasterMojo {

  /**
   * Old version: a version in a repository, or the file of a bundle. The default is the active
   * release of this master.
   */
  @Parameter(property = "diskless.from")
  private String from;

  /**
   * New version: a version in a repository, or the file of a bundle. The default is the bundle of
   * the project from <code>mvn package</code>.
   */
  @Parameter(property = "diskless.to")
  private String to;

  /** New version in a repository, as for <code>activate</code>. */
  @Parameter(property = "diskless.version")
  private String version;

  /** Project of the cluster as <code>groupId:artifactId</code>. */
  @Parameter(
      property = "diskless.artifact",
      defaultValue = "${project.groupId}:${project.artifactId}")
  private String artifact;

  /**
   * Maximum number of printed files for the same nodes, and of printed lines for each file. <code>
   * diff.json</code> contains all of them.
   */
  @Parameter(property = "diskless.limit", defaultValue = "40")
  private int limit;

  /** Folder for results that people read, and for files that goals leave for each other. */
  @Parameter(property = "diskless.work", defaultValue = "${project.build.directory}/diskless")
  private File work;

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
  public DiffMojo(RepositorySystem repositories) {
    this.repositories = repositories;
  }

  @Override
  Goal goal() {
    BundleArtifacts bundles = new BundleArtifacts(repositories, session(), allowHttp);
    String remedy = "choose a version with -Ddiskless.version=, or a file with -Ddiskless.to=";
    return new DiffGoal(
        master(),
        Optional.ofNullable(from).map(name -> bundles.versionOrFile(artifact, name)),
        text(to)
            .map(name -> bundles.versionOrFile(artifact, name))
            .or(() -> text(version).map(name -> bundles.version(artifact, name, remedy))),
        limit,
        StandardOutput.open());
  }

  @Override
  ClusterProject.Builder clusterProject() {
    BundleFormat bundle = BundleFormat.parse(compression);
    return super.clusterProject()
        .work(work.toPath())
        .bundle(bundle.file(project()), bundle.compression())
        .installedBundle(bundle.installed(project(), session().getRepositorySession()));
  }
}
