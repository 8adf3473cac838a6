package dev.diskless.mojo;

import dev.diskless.goal.BootGoal;
import dev.diskless.goal.Goal;
import dev.diskless.goal.GoalResult;
import dev.diskless.lab.LabOptions;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/** Boots the bundle in virtual machines, and checks nodes, if <code>diskless.boot</code> is set. */
@Mojo(
    name = "boot",
    defaultPhase = LifecyclePhase.INTEGRATION_TEST,
    threadSafe = true,
    configurator = "diskless")
public final class BootMojo extends AbstractImageMojo {

  /** Whether to boot the cluster. */
  @Parameter(property = "diskless.boot", defaultValue = "false")
  private boolean boot;

  /** The nodes to boot, separated by commas. By default the first node of each group. */
  @Parameter(property = "diskless.boot.nodes")
  private List<String> nodes;

  /** The master to boot, if there are several. By default the master of all these nodes. */
  @Parameter(property = "diskless.master")
  private String master;

  /**
   * Your own checks: executables in <code>all</code>, <code>groups/NAME</code> and <code>nodes/NAME
   * </code>. They run on nodes, and exit code 0 is a pass.
   */
  @Parameter(property = "diskless.boot.checks", defaultValue = "${basedir}/src/test/cluster")
  private File checks;

  /**
   * Nodes to reboot and check again, separated by commas, or <code>true</code> for all nodes.
   * <code>
   * node=WAY</code> starts a node in another way of <code>diskless.boot.start</code>.
   */
  @Parameter(property = "diskless.boot.reboot", defaultValue = "false")
  private List<String> reboot;

  /**
   * Limit for the stages of a start: a factor such as <code>2</code>, or seconds such as <code>
   * init=120,kernel=90</code>, or both. The stages are shutdown, power-on, offer, loader, kernel,
   * root, init and up.
   */
  @Parameter(property = "diskless.boot.limit", defaultValue = "1")
  private String limit;

  /** Memory of each node in MB. */
  @Parameter(property = "diskless.boot.memory", defaultValue = "1024")
  private int memory;

  /** How many nodes run at the same time. */
  @Parameter(property = "diskless.boot.atOnce", defaultValue = "64")
  private int atOnce;

  /** Processor, as in QEMU's <code>-cpu</code>. By default the host's with KVM, or x86-64-v2. */
  @Parameter(property = "diskless.boot.cpu")
  private String cpu;

  /**
   * Firmware: <code>bios</code>, <code>uefi</code> or <code>secure-boot</code> for all nodes, or
   * <code>node=uefi</code> for one, separated by commas. With the suffix <code>-usb</code> or
   * <code>
   * -cd</code>, nodes start from the image of the goal <code>medium</code>. By default <code>uefi
   * </code> with <code>boot: grub</code>, or else <code>bios</code>.
   */
  @Parameter(property = "diskless.boot.start")
  private List<String> start;

  /**
   * A published version, or the file of a bundle. Nodes start with it. The master then switches to
   * the project's bundle while nodes run, and the nodes are rebooted and checked.
   */
  @Parameter(property = "diskless.boot.from")
  private String from;

  /** How the bundle is compressed: <code>zstd</code> or <code>gzip</code>. */
  @Parameter(property = "diskless.compression", defaultValue = "zstd")
  private String compression;

  /** Ids of repositories, separated by commas, that may provide bundles without encryption. */
  @Parameter(property = "diskless.allowHttp")
  private List<String> allowHttp;

  @Inject
  public BootMojo(RepositorySystem repositories) {
    super(repositories);
  }

  @Override
  Goal goal() {
    if (!boot) {
      getLog().debug("Skipped: diskless.boot is not set.");
      return cluster -> GoalResult.EMPTY;
    }
    LabOptions options =
        LabOptions.parse(list(reboot), limit, memory, list(start), text(cpu), atOnce);
    BundleArtifacts bundles = new BundleArtifacts(repositories(), session(), allowHttp);
    return new BootGoal(
        list(nodes), text(master), checks.toPath(), options, text(from).map(bundles::earlier));
  }

  @Override
  ClusterProject.Builder clusterProject() {
    BundleFormat bundle = BundleFormat.parse(compression);
    return super.clusterProject().bundle(bundle.file(project()), bundle.compression());
  }
}
