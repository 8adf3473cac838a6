package dev.diskless.mojo;

import dev.diskless.goal.AssembleGoal;
import dev.diskless.goal.Goal;
import dev.diskless.project.ClusterProject;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/** Prepares the images and composes a root tree for every node. */
@Mojo(
    name = "assemble",
    defaultPhase = LifecyclePhase.PREPARE_PACKAGE,
    threadSafe = true,
    configurator = "diskless")
public final class AssembleMojo extends AbstractImageMojo {

  /** How the bundle is compressed: <code>zstd</code> or <code>gzip</code>. */
  @Parameter(property = "diskless.compression", defaultValue = "zstd")
  private String compression;

  @Parameter(defaultValue = "${plugin.version}", readonly = true, required = true)
  private String pluginVersion;

  @Inject
  public AssembleMojo(RepositorySystem repositories) {
    super(repositories);
  }

  @Override
  Goal goal() {
    return new AssembleGoal();
  }

  @Override
  ClusterProject.Builder clusterProject() {
    BundleFormat bundle = BundleFormat.parse(compression);
    return super.clusterProject()
        .bundle(bundle.file(project()), bundle.compression())
        .pluginVersion(pluginVersion);
  }
}
