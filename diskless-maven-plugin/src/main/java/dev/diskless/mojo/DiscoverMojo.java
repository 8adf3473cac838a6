package dev.diskless.mojo;

import dev.diskless.goal.DiscoverGoal;
import dev.diskless.goal.Goal;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * On the master: finds machines that requested an address but are not in the descriptor. It reads
 * the leases of ISC dhcpd, Kea and dnsmasq, and the logs of DHCP and TFTP servers. It prints the
 * lines that add these machines as nodes, or appends them to the inventory or the descriptor. It
 * never changes existing lines.
 */
@Mojo(name = "discover", requiresProject = false, threadSafe = true, configurator = "diskless")
public final class DiscoverMojo extends AbstractMasterMojo {

  /**
   * Whether to continue until Ctrl-C, and to print each new machine when it requests an address.
   */
  @Parameter(property = "diskless.watch", defaultValue = "false")
  private boolean watch;

  /** Duration of the watch in seconds; 0 for no limit. */
  @Parameter(property = "diskless.watch.seconds", defaultValue = "0")
  private int seconds;

  /**
   * Whether to append new nodes to the inventory, or to the list <code>nodes</code> if the
   * descriptor has no inventory.
   */
  @Parameter(property = "diskless.append", defaultValue = "false")
  private boolean append;

  /**
   * MAC addresses of the machines that become nodes, separated by commas; <code>all</code> for all
   * machines. <code>diskless.append</code> requires this parameter, because any machine can send a
   * request.
   */
  @Parameter(property = "diskless.mac")
  private List<String> mac;

  /**
   * Names of new nodes. <code>node[001-]</code> uses the next free number, <code>node[001-100]
   * </code> has an upper limit, and a name without brackets is for a single machine.
   */
  @Parameter(property = "diskless.name", defaultValue = "node[001-]")
  private String name;

  /** Group of new nodes. The default is the only group of the cluster. */
  @Parameter(property = "diskless.group")
  private String group;

  /**
   * Program that reads the journal: <code>journalctl</code>, or a program with the same arguments;
   * <code>none</code> skips the journal. The default is <code>journalctl</code> if <code>
   * diskless.root</code> is <code>/</code>.
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
        list(mac),
        watch,
        Optional.of(seconds).filter(s -> s > 0).map(Duration::ofSeconds),
        ReportOutput.of(output, work, project(), "discover.json"),
        StandardOutput.open());
  }
}
