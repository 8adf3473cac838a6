package dev.diskless.goal;

import dev.diskless.descriptor.Descriptor;
import dev.diskless.descriptor.DescriptorReader;
import dev.diskless.discover.DescriptorFiles;
import dev.diskless.discover.DiscoverRequest;
import dev.diskless.discover.Discovery;
import dev.diskless.discover.Watch;
import dev.diskless.master.InstalledCluster;
import dev.diskless.master.MasterHost;
import dev.diskless.model.Cluster;
import dev.diskless.problem.ProblemException;
import dev.diskless.project.ClusterProject;
import dev.diskless.project.MasterSelection;
import dev.diskless.project.ProjectReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The goal {@code discover}: finds machines that the descriptor does not contain.
 *
 * @param master whose leases and logs to read. Without a descriptor, machines of the active release
 *     are known
 * @param journal journalctl(1), or a program that accepts its arguments; empty to ignore the
 *     journal
 * @param name pattern of the names of new nodes
 * @param group of new nodes; empty for the only group of the cluster
 * @param isAppended whether to append new nodes to the inventory or the descriptor
 * @param macs MAC addresses of the machines that can become nodes; {@code all} for all machines.
 *     Appending requires a value
 * @param isWatching whether to go on and to report machines as they appear
 * @param limit how long to watch; empty for no limit
 * @param file for programs
 * @param out receives the report of a watch line by line, and stays open
 */
public record DiscoverGoal(
    MasterSelection master,
    Optional<String> journal,
    String name,
    Optional<String> group,
    boolean isAppended,
    List<String> macs,
    boolean isWatching,
    Optional<Duration> limit,
    ReportFile file,
    PrintStream out)
    implements Goal {

  private static final String ALL = "all";

  /**
   * @throws ProblemException if there is neither a descriptor nor an active release, or if a
   *     parameter is not valid
   */
  @Override
  public GoalResult run(ClusterProject project) throws IOException {
    boolean isDescribed = master.cluster().isEmpty() && Files.exists(project.descriptor());
    DiscoverRequest request =
        new DiscoverRequest(
            master.root(),
            journal,
            ZoneId.systemDefault(),
            name,
            group,
            isDescribed ? ProjectReader.descriptor(project).cluster() : released(project),
            isDescribed ? Optional.of(files(project)) : Optional.empty(),
            isAppended,
            chosen());
    Discovery discovery =
        isWatching ? Watch.run(request, limit, this::print) : Discovery.of(request);
    // A watch reports each machine at once.
    List<String> lines = isWatching ? List.of() : discovery.lines();
    return new GoalResult(lines, List.of(), file.write(discovery.json()));
  }

  private Optional<Set<String>> chosen() {
    if (isAppended && macs.isEmpty()) {
      throw new ProblemException(
          "diskless.append needs the machines that become nodes, because any machine can send a"
              + " request",
          "run the goal without diskless.append, and list the MAC addresses of your machines in"
              + " -Ddiskless.mac=; -Ddiskless.mac=all appends all machines");
    }
    return macs.isEmpty() || macs.contains(ALL)
        ? Optional.empty()
        : Optional.of(macs.stream().map(DiscoverGoal::mac).collect(Collectors.toSet()));
  }

  private static String mac(String text) {
    return DiscoverRequest.mac(text)
        .orElseThrow(
            () ->
                new ProblemException(
                    "diskless.mac=%s: not a valid MAC address".formatted(text),
                    "write addresses such as 52:54:00:12:34:56, separated by commas, or all"));
  }

  private void print(String line) {
    out.println(line);
    out.flush();
  }

  private Cluster released(ClusterProject project) throws IOException {
    MasterHost host = master.host(project);
    return InstalledCluster.of(host, host.requireActive()).cluster();
  }

  private static DescriptorFiles files(ClusterProject project) throws IOException {
    List<Path> inputs = ProjectReader.descriptor(project).inputs();
    return new DescriptorFiles(
        project.descriptor(),
        inputs.stream().skip(1).findFirst(),
        (file, candidate) -> {
          Descriptor descriptor =
              DescriptorReader.read(
                  project.descriptor(),
                  project.directory(),
                  project.version(),
                  project.properties(),
                  path -> path.equals(file) ? candidate : path);
          return descriptor.cluster();
        });
  }
}
