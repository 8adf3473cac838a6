package dev.diskless.mojo;

import dev.diskless.goal.MediumGoal;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.io.IOException;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;
import org.eclipse.aether.RepositorySystem;

/**
 * Writes one image that starts from USB stick and CD, with BIOS and UEFI, for machines that cannot
 * start from the network. By default it only asks the network, so that it need not be written again
 * for another release. It is attached to the project as type <code>iso</code>, classifier <code>
 * medium</code>.
 */
@Mojo(
    name = "medium",
    defaultPhase = LifecyclePhase.PACKAGE,
    threadSafe = true,
    configurator = "diskless")
public final class MediumMojo extends AbstractClusterMojo {

  private static final String TYPE = "iso";
  private static final String CLASSIFIER = "medium";

  /**
   * Puts kernel and initramfs of this release on the medium, for machines whose network card
   * neither firmware nor iPXE knows. Such a medium starts this release only.
   */
  @Parameter(property = "diskless.medium.kernel", defaultValue = "false")
  private boolean kernel;

  /**
   * The nodes and groups that a medium with kernel is for, with commas between them. With more than
   * one node it asks which one the machine is.
   */
  @Parameter(property = "diskless.medium.nodes")
  private List<String> nodes;

  /** The image. */
  @Parameter(
      property = "diskless.medium.file",
      defaultValue =
          "${project.build.directory}/${project.artifactId}-${project.version}-medium.iso")
  private File file;

  private final MavenProjectHelper projects;

  @Inject
  public MediumMojo(RepositorySystem repositories, MavenProjectHelper projects) {
    super(new RepositoryArtifacts(repositories));
    this.projects = projects;
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    List<String> names = nodes == null ? List.of() : nodes.stream().map(String::strip).toList();
    MediumGoal medium = MediumGoal.run(cluster, file.toPath(), kernel, names);
    tell(medium.warnings());
    boolean attached =
        project().getAttachedArtifacts().stream()
            .anyMatch(a -> TYPE.equals(a.getType()) && CLASSIFIER.equals(a.getClassifier()));
    if (!attached) {
      projects.attachArtifact(project(), TYPE, CLASSIFIER, file);
    }
    getLog().info(medium.summary());
  }
}
