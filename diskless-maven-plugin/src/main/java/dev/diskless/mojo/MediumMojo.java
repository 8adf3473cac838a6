package dev.diskless.mojo;

import dev.diskless.goal.Goal;
import dev.diskless.goal.GoalResult;
import dev.diskless.goal.MediumGoal;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProjectHelper;

/**
 * Writes one image that starts from USB stick and CD, with BIOS and UEFI, for machines that cannot
 * start from the network. By default, the medium continues over the network and suits every
 * release. The image is attached to the project with type <code>iso</code> and classifier <code>
 * medium</code>.
 */
@Mojo(
    name = "medium",
    defaultPhase = LifecyclePhase.PACKAGE,
    threadSafe = true,
    configurator = "diskless")
public final class MediumMojo extends AbstractProjectMojo {

  private static final String TYPE = "iso";
  private static final String CLASSIFIER = "medium";

  /**
   * Adds kernel and initramfs of this release to the medium. Machines need them if neither their
   * firmware nor iPXE supports their network card. Such a medium starts this release only.
   */
  @Parameter(property = "diskless.medium.kernel", defaultValue = "false")
  private boolean kernel;

  /**
   * Nodes and groups for a medium with a kernel, separated by commas. A medium for several nodes
   * shows a menu of the nodes.
   */
  @Parameter(property = "diskless.medium.nodes")
  private List<String> nodes;

  /** File of the image. */
  @Parameter(
      property = "diskless.medium.file",
      defaultValue =
          "${project.build.directory}/${project.artifactId}-${project.version}-medium.iso")
  private File file;

  private final MavenProjectHelper projects;

  /** Folder for results that people read, and for files that goals leave for each other. */
  @Parameter(property = "diskless.work", defaultValue = "${project.build.directory}/diskless")
  private File work;

  @Inject
  public MediumMojo(MavenProjectHelper projects) {
    this.projects = projects;
  }

  @Override
  Goal goal() {
    return cluster -> {
      GoalResult result = new MediumGoal(file.toPath(), kernel, list(nodes)).run(cluster);
      attach();
      return result;
    };
  }

  @Override
  ClusterProject.Builder clusterProject() {
    return super.clusterProject().work(work.toPath());
  }

  private void attach() {
    boolean attached =
        project().getAttachedArtifacts().stream()
            .anyMatch(a -> TYPE.equals(a.getType()) && CLASSIFIER.equals(a.getClassifier()));
    if (!attached) {
      projects.attachArtifact(project(), TYPE, CLASSIFIER, file);
    }
  }
}
