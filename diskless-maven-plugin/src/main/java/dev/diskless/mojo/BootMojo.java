package dev.diskless.mojo;

import dev.diskless.goal.BootGoal;
import dev.diskless.lab.LabOptions;
import dev.diskless.lab.Limits;
import dev.diskless.lab.NodeReport;
import dev.diskless.lab.Reboots;
import dev.diskless.lab.Starts;
import dev.diskless.problem.Problem;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.inject.Inject;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.eclipse.aether.RepositorySystem;

/**
 * Boots the bundle as a whole cluster in virtual machines, and checks every node. It runs only
 * where <code>diskless.boot</code> is set, for it takes minutes.
 */
@Mojo(
    name = "boot",
    defaultPhase = LifecyclePhase.INTEGRATION_TEST,
    threadSafe = true,
    configurator = "diskless")
public final class BootMojo extends AbstractClusterMojo {

  /** Whether to boot at all. */
  @Parameter(property = "diskless.boot", defaultValue = "false")
  private boolean boot;

  /** The nodes to boot, with commas between them. By default the first of each group. */
  @Parameter(property = "diskless.boot.nodes")
  private List<String> nodes;

  /**
   * The master to boot, where the descriptor has several. By default that of all the nodes, where
   * they have the same.
   */
  @Parameter(property = "diskless.master")
  private String master;

  /**
   * Checks of your own: executables in the folders <code>all</code>, <code>groups/NAME</code> and
   * <code>nodes/NAME</code>, which run on the nodes. Exit code 0 is a pass.
   */
  @Parameter(
      property = "diskless.boot.checks",
      defaultValue = "${project.basedir}/src/test/cluster")
  private File checks;

  /**
   * Whether each node, once checked, leaves files on its root, is rebooted through its firmware and
   * checked again: what must outlive a reboot is there, what must not is gone. <code>true</code>
   * for all, or the names of nodes, with commas between them; <code>node=WAY</code> for one that
   * starts in another way then, of those that <code>diskless.boot.start</code> has.
   */
  @Parameter(property = "diskless.boot.reboot", defaultValue = "false")
  private List<String> reboot;

  /**
   * How long each stage of a node's start may take: a factor for all, such as <code>2</code> on a
   * slow machine, or seconds for some, such as <code>init=120,kernel=90</code>, or both. The stages
   * are shutdown, power-on, offer, loader, kernel, root, init and up; what is told is the time from
   * there to the next.
   */
  @Parameter(property = "diskless.boot.limit", defaultValue = "1")
  private String limit;

  /** Memory of each node in MB. */
  @Parameter(property = "diskless.boot.memory", defaultValue = "1024")
  private int memory;

  /**
   * How many nodes run at the same time; each that is checked makes room for the next. By default
   * all of them, at most 64.
   */
  @Parameter(property = "diskless.boot.atOnce", defaultValue = "64")
  private int atOnce;

  /**
   * The processor of all machines, as QEMU's <code>-cpu</code> takes it: <code>max</code> for a
   * distribution that asks for x86-64-v3 where there is no KVM. By default the host's own with KVM,
   * and else one of x86-64-v2, which is what QEMU translates fastest.
   */
  @Parameter(property = "diskless.boot.cpu")
  private String cpu;

  /**
   * The firmware of the nodes: <code>bios</code>, <code>uefi</code> or <code>secure-boot</code> for
   * all, <code>node=uefi</code> and so on for one, with commas between them. With <code>-usb</code>
   * or <code>-cd</code> after it they start from the medium that the goal <code>medium</code>
   * writes, and not by themselves. By default nodes with <code>boot: grub</code> have UEFI, and all
   * others a BIOS.
   */
  @Parameter(property = "diskless.boot.start")
  private List<String> start;

  /**
   * A version of this cluster that is published, or a bundle's file. The nodes start with it, and
   * the master goes over to this project's bundle while they run and while one of them starts; then
   * they are rebooted and checked.
   */
  @Parameter(property = "diskless.boot.from")
  private String from;

  @Inject
  public BootMojo(RepositorySystem repositories) {
    super(new RepositoryArtifacts(repositories));
  }

  @Override
  void run(ClusterProject cluster) throws IOException {
    if (!boot) {
      getLog().debug("Skipped: diskless.boot is not set.");
      return;
    }
    List<String> names = nodes == null ? List.of() : nodes.stream().map(String::strip).toList();
    BootGoal result =
        BootGoal.run(
            cluster,
            names,
            Optional.ofNullable(master).filter(m -> !m.isBlank()),
            checks.toPath(),
            new LabOptions(
                Reboots.parse(reboot == null ? List.of() : reboot),
                Limits.parse(limit),
                memory,
                Starts.parse(start == null ? List.of() : start),
                Optional.ofNullable(cpu).filter(c -> !c.isBlank()),
                atOnce),
            earlier());
    tell(result.warnings());
    List<Problem> failures = new ArrayList<>();
    for (NodeReport report : result.reports()) {
      if (report.isWell()) {
        getLog().info(report.summary());
      } else {
        failures.add(Problem.error(report.details(), report.advice()));
      }
    }
    if (!failures.isEmpty()) {
      throw new ProblemException(failures);
    }
  }

  private Optional<Path> earlier() {
    if (from == null || from.isBlank()) {
      return Optional.empty();
    }
    if (from.equals(project().getVersion())) {
      throw new ProblemException(
          Problem.error(
              "diskless.boot.from is this project's own version, " + from,
              "choose an earlier version, or the file of its bundle"));
    }
    return Optional.of(
        bundleOrFile(project().getGroupId() + ":" + project().getArtifactId(), from)
            .toAbsolutePath());
  }
}
