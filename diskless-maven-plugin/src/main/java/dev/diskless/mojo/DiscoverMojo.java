package dev.diskless.mojo;

import dev.diskless.goal.DiscoverGoal;
import dev.diskless.goal.Goal;
import java.io.File;
import java.time.Duration;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * On the master: machines that asked for an address and that the descriptor does not know, by the
 * leases of ISC dhcpd, Kea and dnsmasq, and by what these and TFTP servers logged. Prints the lines
 * that make nodes of them, or appends these to the inventory or the descriptor; what stands there
 * is never changed.
 */
@Mojo(name = "discover", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class DiscoverMojo extends AbstractMasterMojo {

  /** Whether to go on and tell each new machine once, as it asks, until Ctrl-C. */
  @Parameter(property = "diskless.watch", defaultValue = "false")
  private boolean watch;

  /** How long is watched, in seconds; 0 is without an end. */
  @Parameter(property = "diskless.watch.seconds", defaultValue = "0")
  private int seconds;

  /**
   * Whether new nodes are appended: to the inventory where the descriptor names one, else to its
   * list <code>nodes</code>.
   */
  @Parameter(property = "diskless.append", defaultValue = "false")
  private boolean append;

  /**
   * The names of new nodes: <code>node[001-]</code> is the next free number, <code>node[001-100]
   * </code> ends at one, and a name without brackets is for one machine.
   */
  @Parameter(property = "diskless.name", defaultValue = "node[001-]")
  private String name;

  /** The group of new nodes; by default the cluster's only one. */
  @Parameter(property = "diskless.group")
  private String group;

  /**
   * The program that reads the journal: <code>journalctl</code>, or what takes its arguments;
   * <code>
   * none</code> leaves the journal out. By default <code>journalctl</code> where <code>
   * diskless.root
   * </code> is <code>/</code>.
   */
  @Parameter(property = "diskless.journal")
  private String journal;

  /** Folder for results that people read, and for files that goals leave for each other. */
  @Parameter(property = "diskless.work", defaultValue = "${project.build.directory}/diskless")
  private File work;

  /**
   * A file for programs, in JSON. By default <code>GOAL.json</code> in <code>diskless.work</code>,
   * or no file if there is no project.
   */
  @Parameter(property = "diskless.output")
  private File output;

  @Override
  Goal goal() {
    Optional<String> reader =
        Optional.ofNullable(journal)
            .or(() -> master().isThisMachine() ? Optional.of("journalctl") : Optional.empty())
            .filter(j -> !j.equals("none"));
    return new DiscoverGoal(
        master(),
        reader,
        name,
        Optional.ofNullable(group),
        append,
        watch,
        Optional.of(seconds).filter(s -> s > 0).map(Duration::ofSeconds),
        ReportOutput.of(output, work, project(), "discover.json"));
  }
}
